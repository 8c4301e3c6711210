using Ctm.Tests.Kernels.MatrixMultiply;
using Ctm.Tests.Kernels.NeuronLevelModels;

namespace Ctm.Tests;

/// <summary>What a test starts as a process of its own; the test runner does not come here.</summary>
internal static class EntryPoint
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [HostBodyGuardTests.Verb]:
                HostBodyGuardTests.RunBodies();
                break;
            case [HostPanelGuardTests.Verb]:
                HostPanelGuardTests.RunPanels();
                break;
        }

        return 0;
    }
}
