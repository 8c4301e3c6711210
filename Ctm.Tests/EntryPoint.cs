using Ctm.Tests.Kernels.NeuronLevelModels;

namespace Ctm.Tests;

/// <summary>What a test starts as a process of its own; the test runner does not come here.</summary>
internal static class EntryPoint
{
    public static int Main(string[] arguments)
    {
        if (arguments is [HostBodyGuardTests.Verb])
        {
            HostBodyGuardTests.RunBodies();
        }

        return 0;
    }
}
