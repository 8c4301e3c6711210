using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// How a team shares a few whole rows: side by side over the columns and, where the rows are narrower than the team, over the rows
/// too. A worker keeps its columns' parameters in registers and goes down the rows.
/// </summary>
internal readonly struct RowTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 32;

    public RowTile(int tile, int rows, int width, int lanes, int index, int workers)
    {
        int vectors = (width + lanes - 1) / lanes, across = vectors < workers ? vectors : workers;
        int to = (tile + 1) * Rows;
        RowStep = workers / across;
        int offset = index / across;
        From = (tile * Rows) + offset;

        // Workers beyond the last whole row of the team have nothing to do.
        To = offset < RowStep ? (to < rows ? to : rows) : 0;
        Column = (index - (offset * across)) * lanes;
        ColumnStep = across * lanes;
    }

    public readonly int From, To, RowStep, Column, ColumnStep;

    /// <summary>Number of tiles.</summary>
    public static int Count(int rows) => (rows + Rows - 1) / Rows;

    public static RowTile Of<TLanes, TTeam>(int tile, int rows, int width, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam => new(tile, rows, width, TLanes.Width, team.Index, team.Count);
}
