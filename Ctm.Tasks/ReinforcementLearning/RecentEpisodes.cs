using Ctm.Engine.Files;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>Lengths and returns of the latest 100 episodes, by which training is followed.</summary>
internal sealed class RecentEpisodes
{
    private const int Most = 100;

    private readonly Queue<(int Length, double Return)> episodes = [];

    /// <summary>Mean length; NaN as long as no episode has ended.</summary>
    public double MeanLength => episodes.Count == 0 ? double.NaN : episodes.Average(e => e.Length);

    /// <summary>Mean return; NaN as long as no episode has ended.</summary>
    public double MeanReturn => episodes.Count == 0 ? double.NaN : episodes.Average(e => e.Return);

    /// <summary>Whether an episode has ended.</summary>
    public bool HasAny => episodes.Count > 0;

    /// <summary>Adds an episode.</summary>
    public void Add(Episode episode)
    {
        episodes.Enqueue((episode.Length, episode.Return));
        if (episodes.Count > Most)
        {
            episodes.Dequeue();
        }
    }

    /// <summary>Adds the episodes to a state.</summary>
    public void Capture(StateDictionary state)
    {
        long[] lengths = new long[Most], returns = new long[Most];
        int i = 0;
        foreach ((int length, double @return) in episodes)
        {
            lengths[i] = length;
            returns[i] = BitConverter.DoubleToInt64Bits(@return);
            i++;
        }

        // Files have one shape; places without an episode have length 0.
        state.Add("recent_lengths", [Most], lengths);
        state.Add("recent_returns", [Most], returns);
    }

    /// <summary>Takes over the episodes of a state.</summary>
    public void Restore(StateDictionary state)
    {
        episodes.Clear();
        foreach ((long length, long bits) in state["recent_lengths"].Integers.Zip(state["recent_returns"].Integers))
        {
            if (length > 0)
            {
                episodes.Enqueue(((int)length, BitConverter.Int64BitsToDouble(bits)));
            }
        }
    }
}
