namespace Ctm.Tests.Ptx.Reading;

/// <summary>Sets of nodes that reach one another (Tarjan 1972).</summary>
internal sealed class StrongComponents
{
    private readonly HashSet<int> nodes;
    private readonly Func<int, IEnumerable<int>> successors;
    private readonly Dictionary<int, int> numbers = [], lowest = [];
    private readonly Stack<int> stack = [];
    private readonly HashSet<int> onStack = [];
    private readonly List<HashSet<int>> components = [];

    private StrongComponents(HashSet<int> nodes, Func<int, IEnumerable<int>> successors)
    {
        this.nodes = nodes;
        this.successors = successors;
    }

    /// <summary>The components of a part of a graph, single nodes included.</summary>
    public static IReadOnlyList<HashSet<int>> Of(HashSet<int> nodes, Func<int, IEnumerable<int>> successors)
    {
        var search = new StrongComponents(nodes, successors);
        foreach (int node in nodes.Order())
        {
            if (!search.numbers.ContainsKey(node))
            {
                search.Visit(node);
            }
        }

        return search.components;
    }

    private void Visit(int node)
    {
        numbers[node] = lowest[node] = numbers.Count;
        stack.Push(node);
        onStack.Add(node);
        foreach (int next in successors(node).Where(nodes.Contains))
        {
            if (!numbers.ContainsKey(next))
            {
                Visit(next);
                lowest[node] = Math.Min(lowest[node], lowest[next]);
            }
            else if (onStack.Contains(next))
            {
                lowest[node] = Math.Min(lowest[node], numbers[next]);
            }
        }

        if (lowest[node] != numbers[node])
        {
            return;
        }

        var component = new HashSet<int>();
        int popped;
        do
        {
            popped = stack.Pop();
            onStack.Remove(popped);
            component.Add(popped);
        }
        while (popped != node);
        components.Add(component);
    }
}
