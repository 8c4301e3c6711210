namespace Ctm.Engine.Autograd;

/// <summary>Recorded operations in order. The objects are kept, and used again by the next recording of the same operations.</summary>
internal sealed class NodeList
{
    private readonly List<Node> nodes = [];
    private int count;

    /// <summary>Forgets what was recorded.</summary>
    public void Restart() => count = 0;

    /// <summary>Appends an operation, to be filled in.</summary>
    public TNode Record<TNode>()
        where TNode : Node, new()
    {
        TNode node;
        if (count < nodes.Count)
        {
            node = nodes[count] as TNode ?? new TNode();
            nodes[count] = node;
        }
        else
        {
            node = new TNode();
            nodes.Add(node);
        }

        count++;
        return node;
    }

    /// <summary>Walks from the last operation to the first.</summary>
    public void Backward(Tape tape)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            nodes[i].Backward(tape);
        }
    }
}
