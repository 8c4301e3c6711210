using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>The shape of a model that sees digits, hears a question about them and answers (Q&amp;A MNIST, paper section G.5).</summary>
[JsonConverter(typeof(ModelConfigurationConverter<QamnistModelConfiguration>))]
public abstract record QamnistModelConfiguration : ModelConfiguration
{
    /// <summary>Accepted as in the reference and without meaning: the number of ticks follows from the input.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>Number of neurons D, or width of the baseline's state.</summary>
    [JsonPropertyName("d_model")]
    public required int Neurons { get; init; }

    /// <summary>Attention width I, which the backbone's channels and the words of the question share.</summary>
    [JsonPropertyName("d_input")]
    public required int InputWidth { get; init; }

    /// <summary>Attention heads Q, a divisor of the attention width.</summary>
    public required int Heads { get; init; }

    /// <summary>Classes of the answer.</summary>
    [JsonPropertyName("out_dims")]
    public required int OutputWidth { get; init; }

    /// <summary>Ticks that each digit is shown for; the input must have them so.</summary>
    [JsonPropertyName("iterations_per_digit")]
    public required int DigitTicks { get; init; }

    /// <summary>Ticks that each part of the question, index or operator, lasts.</summary>
    [JsonPropertyName("iterations_per_question_part")]
    public required int QuestionPartTicks { get; init; }

    /// <summary>Ticks after the question, without input.</summary>
    [JsonPropertyName("iterations_for_answering")]
    public required int AnswerTicks { get; init; }

    /// <summary>Shape of a prediction, for certainty: [-1].</summary>
    public int[] PredictionReshaper { get; init; } = [-1];

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new QamnistModel Create(ComputeDevice device, ulong seed) => (QamnistModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        Positive(Neurons, "d_model");
        Positive(InputWidth, "d_input");
        Positive(Heads, "heads");
        Positive(OutputWidth, "out_dims");
        Positive(DigitTicks, "iterations_per_digit");
        Positive(QuestionPartTicks, "iterations_per_question_part");
        Positive(AnswerTicks, "iterations_for_answering");
        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
        Require(PredictionReshaper is [-1], $"prediction_reshaper must be [-1] for {Kind}");
    }
}
