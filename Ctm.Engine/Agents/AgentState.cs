using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>
/// What an agent carries from one step of its environments to the next, on the device: histories of pre- and of post-activations [N, D, M],
/// newest last, or hidden and cell states [N, D].
/// </summary>
public sealed class AgentState : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> first, second;

    internal AgentState(ComputeDevice device, int environments, int length)
    {
        this.device = device;
        Environments = environments;
        Length = length;
        first = device.Allocate<float>(checked(environments * length));
        second = device.Allocate<float>(environments * length);
    }

    /// <summary>Number of environments N.</summary>
    public int Environments { get; }

    /// <summary>Values of one state of one environment.</summary>
    public int Length { get; }

    /// <summary>The first state of all environments.</summary>
    public DeviceView<float> First => first.View;

    /// <summary>The second state of all environments.</summary>
    public DeviceView<float> Second => second.View;

    /// <summary>Takes over the states after an agent's last step.</summary>
    /// <param name="output">What the agent thought, of as many environments.</param>
    public void CopyFrom(AgentOutput output)
    {
        device.Elementwise.Copy(output.FirstState.Data, First);
        device.Elementwise.Copy(output.SecondState.Data, Second);
    }

    /// <summary>Takes over the states of some environments.</summary>
    /// <param name="source">States of all.</param>
    /// <param name="firstEnvironment">The first of as many environments as there are here.</param>
    public void CopyFrom(AgentState source, int firstEnvironment = 0)
    {
        device.Elementwise.Copy(source.First.Slice(firstEnvironment * Length, First.Length), First);
        device.Elementwise.Copy(source.Second.Slice(firstEnvironment * Length, Second.Length), Second);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
