using System.Globalization;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// Reads pickles of protocols 2 to 5 as PyTorch writes them, without executing anything: a name is one of
/// <see cref="PickleGlobals"/> or the file is refused, and a call makes a plain value. Size, nesting, number of values and
/// memory are limited.
/// </summary>
internal sealed class PickleMachine
{
    private const int LargestPickle = 64 << 20;
    private const int MostValues = 1 << 22;
    private const int DeepestNesting = 200;
    private const int BytesOfAValue = 16;
    private readonly PickleReader reader;
    private readonly PickleStack stack = new();
    private readonly Dictionary<uint, object?> memo = [];
    private int made;

    private PickleMachine(ReadOnlyMemory<byte> pickle)
    {
        reader = new PickleReader(pickle);
    }

    /// <summary>The value that a pickle builds.</summary>
    /// <param name="pickle">The pickle.</param>
    /// <param name="file">Path or name of the file, for messages.</param>
    /// <exception cref="CheckpointFormatException">The pickle is damaged, hostile, or not one of a checkpoint.</exception>
    public static object? Read(ReadOnlyMemory<byte> pickle, string file)
    {
        if (pickle.Length > LargestPickle)
        {
            throw new CheckpointFormatException(
                file, $"the pickle has {pickle.Length} bytes; at most {LargestPickle} are read, tensors do not count");
        }

        var machine = new PickleMachine(pickle);
        try
        {
            return machine.Run();
        }
        catch (FormatException e)
        {
            throw new CheckpointFormatException(file, $"the pickle is refused: {e.Message}", e);
        }
    }

    private object? Run()
    {
        if (reader.Left < 2 || reader.Byte() != PickleOpcode.Protocol || reader.Byte() is not (>= 2 and <= 5))
        {
            throw new FormatException("it does not begin with a protocol from 2 to 5");
        }

        for (byte opcode = reader.Byte(); opcode != PickleOpcode.Stop; opcode = reader.Byte())
        {
            if (!Scalar(opcode) && !Collection(opcode) && !Memory(opcode))
            {
                Call(opcode);
            }
        }

        object? result = stack.Pop();
        return reader.Left == 0 ? result : throw new FormatException($"{reader.Left} bytes follow its end");
    }

    private bool Scalar(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.True: Push(true); break;
            case PickleOpcode.False: Push(false); break;
            case PickleOpcode.Int32: Push((long)reader.Int32()); break;
            case PickleOpcode.UInt8: Push((long)reader.Byte()); break;
            case PickleOpcode.UInt16: Push((long)reader.UInt16()); break;
            case PickleOpcode.Long1: Push(reader.Integer(reader.Byte())); break;
            case PickleOpcode.Long4: Push(reader.Integer(reader.Int32())); break;
            case PickleOpcode.Double: Push(reader.Double()); break;
            case PickleOpcode.Text1: Push(reader.Text(reader.Byte())); break;
            case PickleOpcode.Text4: Push(reader.Text(reader.UInt32())); break;
            case PickleOpcode.Text8: Push(reader.Text(reader.UInt64())); break;
            case PickleOpcode.Latin1: Push(reader.Latin(reader.Byte())); break;
            case PickleOpcode.Latin4: Push(reader.Latin(reader.UInt32())); break;
            case PickleOpcode.Bytes1: Push(reader.Bytes(reader.Byte())); break;
            case PickleOpcode.Bytes4: Push(reader.Bytes(reader.UInt32())); break;
            case PickleOpcode.Bytes8 or PickleOpcode.ByteArray8: Push(reader.Bytes(reader.UInt64())); break;
            default: return false;
        }

        return true;
    }

    private bool Collection(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: stack.Mark(); break;
            case PickleOpcode.EmptyTuple: Push(PickleTuple.Empty); break;
            case PickleOpcode.Tuple1: Tuple(1); break;
            case PickleOpcode.Tuple2: Tuple(2); break;
            case PickleOpcode.Tuple3: Tuple(3); break;
            case PickleOpcode.Tuple: Tuple(stack.PopToMark()); break;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet: Push(new PickleList()); break;
            case PickleOpcode.EmptyDictionary: Push(new PickleDictionary()); break;
            case PickleOpcode.FrozenSet:
                object?[] frozen = stack.PopToMark();
                Push(new PickleList());
                Append(frozen);
                break;
            case PickleOpcode.Append: Append([stack.Pop()]); break;
            case PickleOpcode.Appends or PickleOpcode.AddItems: Append(stack.PopToMark()); break;
            case PickleOpcode.SetItem:
                object? value = stack.Pop();
                SetItems([stack.Pop(), value]);
                break;
            case PickleOpcode.SetItems: SetItems(stack.PopToMark()); break;
            case PickleOpcode.Drop: stack.Drop(); break;
            case PickleOpcode.DropToMark: stack.PopToMark(); break;
            case PickleOpcode.Duplicate: stack.Push(stack.Top()); break;
            default: return false;
        }

        return true;
    }

    private bool Memory(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Put1: Remember(reader.Byte()); break;
            case PickleOpcode.Put4: Remember(reader.UInt32()); break;
            case PickleOpcode.Memoize: Remember((uint)memo.Count); break;
            case PickleOpcode.Get1: Recall(reader.Byte()); break;
            case PickleOpcode.Get4: Recall(reader.UInt32()); break;
            case PickleOpcode.Frame:
                ulong length = reader.UInt64();
                _ = length <= (ulong)reader.Left ? length
                    : throw new FormatException($"a frame of {length} bytes is longer than what is left");
                break;
            default: return false;
        }

        return true;
    }

    private void Call(byte opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global:
                string module = reader.Line();
                Global(module, reader.Line());
                break;
            case PickleOpcode.StackGlobal:
                object? name = stack.Pop();
                Global(stack.Pop() as string ?? NoName(), name as string ?? NoName());
                break;
            case PickleOpcode.Reduce or PickleOpcode.NewObject:
                object? arguments = stack.Pop();
                Make(stack.Pop(), arguments);
                break;
            case PickleOpcode.NewObjectNamed:
                object? named = stack.Pop();
                object? unnamed = stack.Pop();
                Make(stack.Pop(), named is PickleDictionary { Items: [] } ? unnamed : null);
                break;
            case PickleOpcode.Build: Build(stack.Pop()); break;
            case PickleOpcode.PersistentId: Push(PickleCalls.Storage(stack.Pop())); break;
            default:
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"byte {reader.Position - 1} is the opcode 0x{opcode:x2}, which PyTorch does not write in protocols 2 to 5"));
        }
    }

    private void Global(string module, string name)
    {
        PickleGlobal global = PickleGlobals.Find(module, name) ?? throw new FormatException(
            $"it asks for {MessageText.Quote($"{module}.{name}")}, which a checkpoint of numbers and settings does not need; "
            + "nothing was executed");
        Push(global);
    }

    private void Make(object? callee, object? arguments)
    {
        if (callee is not PickleGlobal global || arguments is not PickleTuple tuple)
        {
            throw new FormatException("it calls something that is no function with arguments");
        }

        object value = PickleCalls.Call(global, tuple.Items);
        Push(value);

        // A call may copy what stands in the file once, and does not have to be written as long as what it copies.
        Count(value switch
        {
            PickleList list => list.Items.Count,
            PickleDictionary dictionary => dictionary.Items.Count,
            PickleTuple items => items.Items.Length,
            byte[] bytes => bytes.Length / BytesOfAValue,
            _ => 0,
        });
    }

    private void Build(object? state)
    {
        switch (stack.Top())
        {
            case PickleObject made:
                made.Build(state);
                Check(made);
                break;
            case PickleDictionary or PickleList or TorchTensor:
                // Attributes of a dictionary, such as the versions of a state_dict's modules, mean nothing here.
                break;
            default:
                throw new FormatException("it sets the state of a value that has none");
        }
    }

    private void Tuple(int count)
    {
        var items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            items[i] = stack.Pop();
        }

        Tuple(items);
    }

    private void Tuple(object?[] items)
    {
        Count(items.Length);
        Push(new PickleTuple(items));
    }

    private void Append(object?[] items)
    {
        PickleList list = stack.Top() as PickleList ?? throw new FormatException("it appends to a value that is no list");
        foreach (object? item in items)
        {
            list.Add(item);
        }

        Count(items.Length);
        Check(list);
    }

    private void SetItems(object?[] items)
    {
        PickleDictionary dictionary = stack.Top() as PickleDictionary
            ?? throw new FormatException("it sets an item of a value that is no dictionary");
        if (items.Length % 2 != 0)
        {
            throw new FormatException("it sets an item without a value");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Add(items[i], items[i + 1]);
        }

        Count(items.Length);
        Check(dictionary);
    }

    private void Remember(uint index)
    {
        memo[index] = stack.Top();
        if (memo.Count > MostValues)
        {
            throw new FormatException($"it remembers more than {MostValues} values");
        }
    }

    private void Recall(uint index) => stack.Push(
        memo.TryGetValue(index, out object? value) ? value : throw new FormatException($"it recalls value {index}, which it never stored"));

    private void Push(object? value)
    {
        Count(1);
        if (value is PickleContainer container)
        {
            Check(container);
        }

        stack.Push(value);
    }

    private void Count(int values)
    {
        made += values;
        if (made > MostValues)
        {
            throw new FormatException($"it holds more than {MostValues} values");
        }
    }

    private static void Check(PickleContainer container)
    {
        if (container.Depth > DeepestNesting)
        {
            throw new FormatException($"its values are nested more than {DeepestNesting} deep");
        }
    }

    private static string NoName() => throw new FormatException("it asks for a name that is no text");
}
