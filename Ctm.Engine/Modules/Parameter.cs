using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>A named, trained tensor of a model. Its values and its gradient live in the model's arenas.</summary>
public sealed class Parameter
{
    private readonly ParameterSet owner;

    internal Parameter(ParameterSet owner, string name, int[] shape, Initializer initializer)
    {
        this.owner = owner;
        Name = name;
        Shape = shape;
        Initializer = initializer;
        Length = shape.Aggregate(1, (a, b) => checked(a * b));
    }

    /// <summary>The name in the state dictionary, as the reference writes it.</summary>
    public string Name { get; }

    /// <summary>The shape; row-major.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>The values.</summary>
    public DeviceView<float> Data => owner.Values.Slice(Offset, Length);

    /// <summary>The gradient; operations add to it.</summary>
    public DeviceView<float> Gradient => owner.Gradients.Slice(Offset, Length);

    /// <summary>
    /// Lowest and highest value that counts. What the optimizer leaves beyond them is projected where it is used, in the forward pass and
    /// in the optimizer's next step, and the gradient flows as if it had not been (models/ctm.py clamps stored values in every forward).
    /// </summary>
    public (float Low, float High) Bounds { get; init; } = (float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>Whether there are bounds.</summary>
    public bool HasBounds => float.IsFinite(Bounds.Low) || float.IsFinite(Bounds.High);

    /// <summary>
    /// How many matrices the values are, one behind another, each with as many of the first dimension's rows: 2 for a gated layer's
    /// weight, 4 for that of an LSTM. 0 for what is no map between vectors: biases, norms, embeddings, states, the neurons' own layers.
    /// </summary>
    public int Matrices { get; init; }

    internal int Offset { get; set; }

    internal Initializer Initializer { get; }
}

/// <summary>How a parameter starts.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="Value">
/// The constant, the half width of a uniform distribution, the deviation of a normal one, the place of the 1 in a unit vector, or the gain
/// of an orthogonal matrix.
/// </param>
public readonly record struct Initializer(InitializerKind Kind, float Value)
{
    /// <summary>The same value everywhere.</summary>
    public static Initializer Constant(float value) => new(InitializerKind.Constant, value);

    /// <summary>Uniform in [-limit, limit].</summary>
    public static Initializer Uniform(double limit) => new(InitializerKind.Uniform, (float)limit);

    /// <summary>Normal with mean 0.</summary>
    public static Initializer Normal(double deviation) => new(InitializerKind.Normal, (float)deviation);

    /// <summary>1 at one place, 0 elsewhere.</summary>
    public static Initializer Unit(int place) => new(InitializerKind.Unit, place);

    /// <summary>A matrix with orthogonal rows or columns, whichever are fewer, each of length gain.</summary>
    public static Initializer Orthogonal(double gain) => new(InitializerKind.Orthogonal, (float)gain);

    /// <summary>Uniform in plus or minus 1 / sqrt(inputs): what PyTorch gives linear and convolution layers.</summary>
    public static Initializer FanIn(int inputs) => Uniform(inputs == 0 ? 0 : 1 / Math.Sqrt(inputs));
}

/// <summary>Distributions of <see cref="Initializer"/>.</summary>
public enum InitializerKind
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>Uniform around 0.</summary>
    Uniform,

    /// <summary>Normal around 0.</summary>
    Normal,

    /// <summary>A unit vector.</summary>
    Unit,

    /// <summary>An orthogonal matrix.</summary>
    Orthogonal,
}
