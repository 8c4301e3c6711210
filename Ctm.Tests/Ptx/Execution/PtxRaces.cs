namespace Ctm.Tests.Ptx.Execution;

/// <summary>
/// Finds races by intervals: a number that grows with every barrier, every group and every launch. Two accesses of one word conflict when
/// one of them writes and nothing orders them: within a group, the same interval and different threads; between groups, the same launch.
/// </summary>
internal static class PtxRaces
{
    // In place of a thread: several threads of one group, and several groups.
    private const int Several = -1, SeveralGroups = -2;

    /// <summary>Notes an access; says what it conflicts with, or null.</summary>
    /// <param name="shadow">What is known of the word.</param>
    /// <param name="isShared">Whether only the threads of one group see it.</param>
    /// <param name="launchStart">First interval of the launch.</param>
    /// <param name="groupStart">First interval of the group.</param>
    /// <param name="interval">The interval now.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="isStore">Whether it writes.</param>
    public static string? Touch(
        ref WordShadow shadow, bool isShared, int launchStart, int groupStart, int interval, int thread, bool isStore)
    {
        string? writer = Conflict(shadow.WriteInterval, shadow.WriteThread, isShared, launchStart, groupStart, interval, thread);
        string? conflict = writer is null ? null : $"and was written by {writer}";
        if (isStore)
        {
            if (conflict is null
                && Conflict(shadow.ReadInterval, shadow.ReadThread, isShared, launchStart, groupStart, interval, thread) is { } reader)
            {
                conflict = $"and was read by {reader}";
            }

            (shadow.WriteInterval, shadow.WriteThread) = (interval, thread);
            return conflict;
        }

        bool otherGroup = !isShared && shadow.ReadInterval >= launchStart
            && (shadow.ReadInterval < groupStart || shadow.ReadThread == SeveralGroups);
        bool sameInterval = shadow.ReadInterval == interval && shadow.ReadThread != thread;
        (shadow.ReadInterval, shadow.ReadThread) = (interval, otherGroup ? SeveralGroups : sameInterval ? Several : thread);
        return conflict;
    }

    private static string? Conflict(
        int before, int other, bool isShared, int launchStart, int groupStart, int interval, int thread)
    {
        if (before < launchStart || (isShared && before < groupStart))
        {
            return null;
        }

        if (before < groupStart || (!isShared && other == SeveralGroups))
        {
            return "another group";
        }

        if (before != interval || other == thread)
        {
            return null;
        }

        return $"{(other == Several ? "several threads" : $"thread {other}")} in the same interval between barriers";
    }
}
