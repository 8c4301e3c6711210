namespace Ctm.Tests.Ptx.Execution;

/// <summary>What an operation does; the type that it works on is part of the name.</summary>
internal enum PtxCode : byte
{
    Load, Store, Branch, BranchTable, Return, Barrier, Nothing,
    Move32, Move64, MovePredicate,
    AddF32, SubF32, MulF32, DivF32, FmaF32, NegF32, AbsF32, MinF32, MaxF32, SqrtF32, RsqrtF32, RcpF32, Ex2F32, Lg2F32, SinF32, CosF32,
    Add32, Sub32, Mul32, MadLow32, DivS32, DivU32, RemS32, RemU32, Neg32, AbsS32, MinS32, MaxS32, MinU32, MaxU32,
    And, Or, Xor, Not32, Not64, NotPredicate, ShiftLeft32, ShiftRightS32, ShiftRightU32, ShiftLeft64, ShiftRightS64, ShiftRightU64,
    MulWideU32, MulWideS32, MulHighU32, MulHighS32, Add64, Sub64, Mul64, DivS64, DivU64, RemS64, RemU64, Neg64, PopCount32, LeadingZeros32,
    Compare, Select,
    S32ToF32, U32ToF32, F32ToS32, F32ToU32, S32ToS64, U32ToU64, LowToU32, LowToU16, S16ToS32, S64ToF32,
    FloorF32, CeilingF32, TruncateF32, RoundF32, F16ToF32, F32ToF16,
}

/// <summary>How a comparison compares.</summary>
internal enum PtxRelation : byte
{
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
}

/// <summary>The numbers that a comparison takes.</summary>
internal enum PtxNumber : byte
{
    Signed32, Unsigned32, Signed64, Unsigned64, Float32,
}

/// <summary>The memory that a load or store addresses.</summary>
internal enum PtxSpace : byte
{
    Parameter, Shared, Global,
}

/// <summary>
/// An instruction made ready to run: registers are numbers of slots in a thread's row, and numbers in the text have slots of their own.
/// </summary>
internal struct PtxOperation
{
    public PtxCode Code;
    public PtxSpace Space;
    public PtxRelation Relation;
    public PtxNumber Number;

    /// <summary>Whether a comparison with NaN holds.</summary>
    public bool Unordered;

    /// <summary>Whether the predicate must be false.</summary>
    public bool Negated;

    /// <summary>Bytes of one number, and how many numbers a load or store moves.</summary>
    public byte Size, Count;

    /// <summary>Slot of the predicate; -1 for none.</summary>
    public int Predicate;

    /// <summary>Slots: the result or what is stored (as many as <see cref="Count"/>), and three sources.</summary>
    public int D0, D1, D2, D3, A, B, C;

    /// <summary>Where a branch leads, or the number of its table.</summary>
    public int Target;

    /// <summary>Added to an address.</summary>
    public long Offset;
}
