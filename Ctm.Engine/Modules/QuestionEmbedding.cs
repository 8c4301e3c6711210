using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>
/// The words of a Q&amp;A MNIST question (models/modules.py, QAMNISTIndexEmbeddings and QAMNISTOperatorEmbeddings). The index of a digit
/// is a fixed row of sines and cosines, saved as buffer <c>index_backbone.embedding</c> [50, width]; an operator is a learned row,
/// parameter <c>operator_backbone.embedding.weight</c> [2, width].
/// </summary>
public sealed class QuestionEmbedding
{
    /// <summary>Number of digits that an index can name.</summary>
    public const int Indices = 50;

    /// <summary>Code of an addition; a subtraction is one below.</summary>
    public const int Plus = -1;

    private const int Operators = 2;
    private readonly DeviceBuffer<float> table;
    private readonly Embedding operators;
    private readonly int width;
    private int[] rows = [];

    /// <summary>Creates the tables.</summary>
    /// <param name="set">Receives buffer and parameter.</param>
    /// <param name="width">Width of a word.</param>
    public QuestionEmbedding(ParameterSet set, int width)
    {
        table = set.AddBuffer("index_backbone.embedding", [Indices, width], 0f).Values!;
        table.View.CopyFrom(Sinusoids(width));
        operators = new Embedding(set, "operator_backbone.embedding", Operators, width);
        this.width = width;
    }

    /// <summary>The vectors of words that are all of one kind.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="codes">From 0 for the index of a digit; -1 is plus, -2 minus.</param>
    /// <param name="areOperators">The kind.</param>
    /// <returns>Shape [codes, width].</returns>
    /// <exception cref="ArgumentOutOfRangeException">When a code is of the other kind, or of none.</exception>
    public Tensor Forward(Tape tape, ReadOnlySpan<int> codes, bool areOperators)
    {
        if (rows.Length < codes.Length)
        {
            rows = new int[codes.Length];
        }

        int count = areOperators ? Operators : Indices;
        for (int i = 0; i < codes.Length; i++)
        {
            rows[i] = areOperators ? Plus - codes[i] : codes[i];
            if (rows[i] < 0 || rows[i] >= count)
            {
                string wanted = areOperators ? "an operator, -1 or -2" : $"the index of a digit, 0 to {Indices - 1}";
                throw new ArgumentOutOfRangeException(nameof(codes), $"The question has {codes[i]} where {wanted}, must be.");
            }
        }

        ReadOnlySpan<int> chosen = rows.AsSpan(0, codes.Length);
        if (areOperators)
        {
            return operators.Forward(tape, chosen);
        }

        Tensor output = tape.New(codes.Length, width, needsGradient: false);
        tape.Device.Embedding.Forward(table.View, tape.Indices(chosen), output.Data, Indices, width);
        return output;
    }

    // In single precision from end to end, as the reference computes them.
    private static float[] Sinusoids(int width)
    {
        var values = new float[Indices * width];
        float step = (float)(-Math.Log(10000.0) / width);
        for (int i = 0; i < values.Length; i++)
        {
            int position = i / width, column = i % width;
            float angle = position * MathF.Exp((column - (column % 2)) * step);
            values[i] = column % 2 == 0 ? MathF.Sin(angle) : MathF.Cos(angle);
        }

        return values;
    }
}
