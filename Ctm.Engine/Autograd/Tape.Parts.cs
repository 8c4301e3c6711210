namespace Ctm.Engine.Autograd;

/// <content>What only some ticks of a recurrence do.</content>
public sealed partial class Tape
{
    /// <summary>Announces what only some ticks of the open recurrence do. Call it before the first tick.</summary>
    /// <param name="first">The first tick that does it.</param>
    /// <param name="count">How many do, one after another.</param>
    internal TickPart NewPart(int first, int count)
    {
        if (partCount == parts.Count)
        {
            parts.Add(new TickPart(Device));
        }

        TickPart part = parts[partCount++];
        part.Restart(first, count);
        return part;
    }

    /// <summary>Enters a part of the tick; what is made until <see cref="LeavePart"/> belongs to it.</summary>
    internal void EnterPart(TickPart part)
    {
        if (tick < 0 || open is not null)
        {
            throw new InvalidOperationException("A part begins within a tick and outside other parts.");
        }

        part.BeginTick(tick);
        open = part;
    }

    /// <summary>Leaves the part.</summary>
    internal void LeavePart() => open = null;
}
