namespace Ctm.Tests.Engine.Agents;

/// <summary>
/// Environments that show a cue, then nothing, and pay for the action that the cue asked for: only who remembers is paid more than by
/// chance. An episode has three steps; what is seen is the cue (-1 or 1) at the first, and whether it is the last.
/// </summary>
internal sealed class CueTask(int environments, int seed)
{
    private const int EpisodeLength = 3;

    private readonly Random random = new(seed);
    private readonly int[] cues = new int[environments];
    private int time;

    /// <summary>What the agent sees, [N, 2].</summary>
    public float[] Observations { get; } = new float[2 * environments];

    /// <summary>1 where an episode has ended, [N].</summary>
    public float[] Dones { get; } = new float[environments];

    /// <summary>Rewards of the latest step, [N].</summary>
    public float[] Rewards { get; } = new float[environments];

    /// <summary>Share of the latest ended episodes that were paid.</summary>
    public double Paid { get; private set; }

    public void Start()
    {
        time = 0;
        for (int i = 0; i < environments; i++)
        {
            cues[i] = random.Next(2);
        }

        Show();
    }

    public void Step(ReadOnlySpan<int> actions)
    {
        bool ends = time == EpisodeLength - 1;
        int paid = 0;
        for (int i = 0; i < environments; i++)
        {
            bool right = ends && actions[i] == cues[i];
            Rewards[i] = right ? 1f : 0f;
            Dones[i] = ends ? 1f : 0f;
            paid += right ? 1 : 0;
        }

        if (ends)
        {
            Paid = (double)paid / environments;
            Start();
        }
        else
        {
            time++;
            Show();
        }
    }

    private void Show()
    {
        for (int i = 0; i < environments; i++)
        {
            Observations[2 * i] = time == 0 ? (2 * cues[i]) - 1 : 0;
            Observations[(2 * i) + 1] = time == EpisodeLength - 1 ? 1 : 0;
        }
    }
}
