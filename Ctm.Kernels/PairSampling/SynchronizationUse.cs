namespace Ctm.Kernels.PairSampling;

/// <summary>What a synchronization is for.</summary>
public enum SynchronizationUse
{
    /// <summary>Reading out predictions.</summary>
    Output,

    /// <summary>Asking the data: attention queries.</summary>
    Action,
}
