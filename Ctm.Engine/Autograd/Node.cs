namespace Ctm.Engine.Autograd;

/// <summary>One recorded operation. Nodes are kept and used again by the next step of the same shape.</summary>
internal abstract class Node
{
    /// <summary>Passes the gradient of the outputs on to the inputs and parameters.</summary>
    public abstract void Backward(Tape tape);
}

/// <summary>Work on parameter gradients that waits until the backward pass has left a recurrence.</summary>
internal interface IDeferred
{
    /// <summary>Does what has been collected, for all ticks at once.</summary>
    void Flush(Tape tape);
}
