namespace Ctm.Tests.Ptx.Execution;

/// <summary>Comparisons of numbers.</summary>
internal static class PtxComparison
{
    public static bool Holds(in PtxOperation operation, ulong a, ulong b)
    {
        if (operation.Number == PtxNumber.Float32)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)a), y = BitConverter.UInt32BitsToSingle((uint)b);
            return float.IsNaN(x) || float.IsNaN(y) ? operation.Unordered : Holds(operation.Relation, x < y ? -1 : x > y ? 1 : 0);
        }

        return Holds(operation.Relation, operation.Number switch
        {
            PtxNumber.Signed32 => ((int)a).CompareTo((int)b),
            PtxNumber.Unsigned32 => ((uint)a).CompareTo((uint)b),
            PtxNumber.Signed64 => ((long)a).CompareTo((long)b),
            _ => a.CompareTo(b),
        });
    }

    private static bool Holds(PtxRelation relation, int order) => relation switch
    {
        PtxRelation.Equal => order == 0,
        PtxRelation.NotEqual => order != 0,
        PtxRelation.Less => order < 0,
        PtxRelation.LessOrEqual => order <= 0,
        PtxRelation.Greater => order > 0,
        _ => order >= 0,
    };
}
