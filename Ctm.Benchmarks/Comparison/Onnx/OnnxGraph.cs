using System.Globalization;
using System.Runtime.InteropServices;

namespace Ctm.Benchmarks.Comparison.Onnx;

/// <summary>
/// Builds an ONNX model: values are names, operations append a node and name its result. Field numbers are those of onnx.proto3.
/// </summary>
internal sealed class OnnxGraph
{
    private const int Opset = 17, IrVersion = 8;
    private const int FloatType = 1, Int64Type = 7;
    private const int AttributeFloat = 1, AttributeInteger = 2, AttributeIntegers = 7;
    private readonly ProtobufWriter graph = new();
    private int nextName;

    /// <summary>A constant of floats.</summary>
    public string Constant(ReadOnlySpan<float> values, params long[] shape) => Constant(FloatType, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant of whole numbers.</summary>
    public string Constant(ReadOnlySpan<long> values, params long[] shape) => Constant(Int64Type, MemoryMarshal.AsBytes(values), shape);

    /// <summary>An input of floats.</summary>
    public string Input(string name, params long[] shape)
    {
        graph.Message(11, Value(name, shape));
        return name;
    }

    /// <summary>Makes a value an output.</summary>
    public void Output(string name, string value, params long[] shape)
    {
        graph.Message(1, new ProtobufWriter().Text(1, value).Text(2, name).Text(4, "Identity"));
        graph.Message(12, Value(name, shape));
    }

    /// <summary>An operation with one result.</summary>
    /// <param name="type">Name of the operator.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="attributes">A float, a whole number or an array of whole numbers each.</param>
    public string Apply(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Apply(type, inputs, 1, attributes)[0];

    /// <summary>An operation with several results.</summary>
    public string[] Apply(string type, string[] inputs, int results, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        string[] names = [.. Enumerable.Range(0, results).Select(_ => NewName())];
        foreach (string name in names)
        {
            node.Text(2, name);
        }

        node.Text(4, type);
        foreach ((string name, object value) in attributes)
        {
            node.Message(5, Attribute(name, value));
        }

        graph.Message(1, node);
        return names;
    }

    /// <summary>The model as a file's bytes.</summary>
    public byte[] ToModel() => new ProtobufWriter()
        .Integer(1, IrVersion)
        .Text(2, "ctm")
        .Message(8, new ProtobufWriter().Text(1, string.Empty).Integer(2, Opset))
        .Message(7, graph.Text(2, "core"))
        .Bytes.ToArray();

    private static ProtobufWriter Attribute(string name, object value)
    {
        ProtobufWriter attribute = new ProtobufWriter().Text(1, name);
        switch (value)
        {
            case float single:
                return attribute.Single(2, single).Integer(20, AttributeFloat);
            case long integer:
                return attribute.Integer(3, integer).Integer(20, AttributeInteger);
            case long[] integers:
                foreach (long one in integers)
                {
                    attribute.Integer(8, one);
                }

                return attribute.Integer(20, AttributeIntegers);
            default:
                throw new ArgumentException($"{name} is neither a float, nor a long, nor an array of longs.", nameof(value));
        }
    }

    private static ProtobufWriter Value(string name, long[] shape)
    {
        var dimensions = new ProtobufWriter();
        foreach (long dimension in shape)
        {
            dimensions.Message(1, new ProtobufWriter().Integer(1, dimension));
        }

        ProtobufWriter tensor = new ProtobufWriter().Integer(1, FloatType).Message(2, dimensions);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }

    private string Constant(int type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var tensor = new ProtobufWriter();
        foreach (long dimension in shape)
        {
            tensor.Integer(1, dimension);
        }

        string name = NewName();
        graph.Message(5, tensor.Integer(2, type).Text(8, name).Data(9, bytes));
        return name;
    }

    private string NewName() => "v" + (nextName++).ToString(CultureInfo.InvariantCulture);
}
