namespace Ctm.Benchmarks.Comparison;

/// <summary>One implementation of a core, which can answer a batch.</summary>
internal interface IInferenceSide : IDisposable
{
    /// <summary>Its name in the figures.</summary>
    string Name { get; }

    /// <summary>Version of what computes.</summary>
    string Version { get; }

    /// <summary>Answers the batch, without recording anything.</summary>
    void Infer();

    /// <summary>Predictions of the latest <see cref="Infer"/>, [T, B, outputs].</summary>
    float[] ReadPredictions();
}

/// <summary>One implementation of a core that also trains. A step is: clear the gradients and forward, backward, optimizer.</summary>
internal interface ITrainingSide : IInferenceSide
{
    /// <summary>Clears the gradients, answers the batch and forms the loss.</summary>
    void Forward();

    /// <summary>From the loss of <see cref="Forward"/> to the gradients of the parameters.</summary>
    void Backward();

    /// <summary>Answers the batch and walks back from given gradients of the predictions instead of from a loss.</summary>
    void Differentiate(float[] predictionGradients);

    /// <summary>One step of AdamW.</summary>
    void Optimize();

    /// <summary>The loss of the latest <see cref="Forward"/>.</summary>
    double ReadLoss();

    /// <summary>Gradients by name of the parameter.</summary>
    IReadOnlyDictionary<string, float[]> ReadGradients();
}
