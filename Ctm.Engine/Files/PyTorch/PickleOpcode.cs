namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// The opcodes of pickle protocols 2 to 5 that the reader knows. Those of protocols 0 and 1, the extension registry, instances by
/// INST and OBJ, and buffers outside of the file are left out: PyTorch writes none of them.
/// </summary>
internal static class PickleOpcode
{
    public const byte Protocol = 0x80, Frame = 0x95, Stop = (byte)'.';
    public const byte None = (byte)'N', True = 0x88, False = 0x89;
    public const byte Int32 = (byte)'J', UInt8 = (byte)'K', UInt16 = (byte)'M', Long1 = 0x8A, Long4 = 0x8B, Double = (byte)'G';
    public const byte Text1 = 0x8C, Text4 = (byte)'X', Text8 = 0x8D, Latin1 = (byte)'U', Latin4 = (byte)'T';
    public const byte Bytes1 = (byte)'C', Bytes4 = (byte)'B', Bytes8 = 0x8E, ByteArray8 = 0x96;
    public const byte EmptyTuple = (byte)')', Tuple1 = 0x85, Tuple2 = 0x86, Tuple3 = 0x87, Tuple = (byte)'t';
    public const byte EmptyList = (byte)']', Append = (byte)'a', Appends = (byte)'e';
    public const byte EmptyDictionary = (byte)'}', SetItem = (byte)'s', SetItems = (byte)'u';
    public const byte EmptySet = 0x8F, AddItems = 0x90, FrozenSet = 0x91;
    public const byte Mark = (byte)'(', Drop = (byte)'0', DropToMark = (byte)'1', Duplicate = (byte)'2';
    public const byte Put1 = (byte)'q', Put4 = (byte)'r', Memoize = 0x94, Get1 = (byte)'h', Get4 = (byte)'j';
    public const byte Global = (byte)'c', StackGlobal = 0x93, Reduce = (byte)'R', NewObject = 0x81, NewObjectNamed = 0x92;
    public const byte Build = (byte)'b', PersistentId = (byte)'Q';
}
