using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>The shape of the LSTM baseline for Q&amp;A MNIST, under the reference's argument names (models/lstm_qamnist.py).</summary>
public sealed record QamnistLstmConfiguration : QamnistModelConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.QamnistLstm;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new QamnistLstm Create(ComputeDevice device, ulong seed) => (QamnistLstm)base.Create(device, seed);

    /// <inheritdoc/>
    protected override QamnistLstm Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
