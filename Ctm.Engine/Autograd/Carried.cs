using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>What a tick leaves to the next one. It crosses the ends of a recurrence's segments, where everything else may be given up.</summary>
internal interface ICarried
{
    /// <summary>Crosses from one segment to the next in the forward pass; before the first, remembers where the ticks started.</summary>
    void Cross(Tape tape, int segment);

    /// <summary>Becomes again what it was at the start of a segment, to compute the segment once more.</summary>
    void Return(Tape tape, int segment);

    /// <summary>Leads the gradient of the next segment's start back to what the segment, computed once more, ended with.</summary>
    void Join(Tape tape, int next);
}

/// <summary>A tensor that a tick leaves to the next one, such as post-activations or an LSTM's states.</summary>
internal sealed class CarriedTensor : ICarried
{
    private readonly List<Tensor> starts = [];

    /// <summary>The latest.</summary>
    public Tensor? Value { get; set; }

    void ICarried.Cross(Tape tape, int segment)
    {
        Tensor value = Value!, place = tape.NewCarried(value.Rows, value.Columns, needsGradient: true);
        if (segment == 0)
        {
            starts.Clear();
            starts.Add(value);
            return;
        }

        tape.Device.Elementwise.Copy(value.Data, place.Data);
        tape.RecordCopy(value, place);
        starts.Add(place);
        Value = place;
    }

    void ICarried.Return(Tape tape, int segment) => Value = starts[segment];

    void ICarried.Join(Tape tape, int next) => tape.RecordCopy(Value!, starts[next]);
}

/// <summary>Memory that ticks update in place, without a gradient that flows through it.</summary>
internal sealed class CarriedMemory : ICarried
{
    private readonly List<Tensor?> copies = [];

    /// <summary>The memory.</summary>
    public DeviceView<float> Memory { get; set; }

    /// <summary>Whether anything has been written to it.</summary>
    public bool HasValue { get; set; }

    void ICarried.Cross(Tape tape, int segment)
    {
        if (!tape.Recomputes)
        {
            return;
        }

        if (segment == 0)
        {
            copies.Clear();
        }

        Tensor copy = tape.NewCarried(1, Memory.Length, needsGradient: false);
        if (HasValue)
        {
            tape.Device.Elementwise.Copy(Memory, copy.Data);
        }

        copies.Add(HasValue ? copy : null);
    }

    void ICarried.Return(Tape tape, int segment)
    {
        HasValue = copies[segment] is not null;
        if (copies[segment] is { } copy)
        {
            tape.Device.Elementwise.Copy(copy.Data, Memory);
        }
    }

    void ICarried.Join(Tape tape, int next)
    {
    }
}
