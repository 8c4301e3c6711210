using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Images;

/// <summary>A model that learns to tell what pictures show.</summary>
public sealed class ImageTask : ClassificationTask
{
    private readonly string name;
    private readonly IImageSource test;
    private readonly ImageBatchSource trainBatches, testBatches;

    private ImageTask(
        ComputeDevice device, string name, ImageRecipe recipe, IImageSource train, IImageSource test, (int Height, int Width) size)
        : base(device, recipe.Model, Settings(recipe, size))
    {
        this.name = name;
        this.test = test;
        Recipe = recipe;
        trainBatches = new ImageBatchSource(train, recipe.Preparation, recipe.Seed);
        testBatches = new ImageBatchSource(test, recipe.Preparation, recipe.Seed);
    }

    /// <summary>The settings.</summary>
    public ImageRecipe Recipe { get; }

    /// <inheritdoc/>
    public override string Title => FormattableString.Invariant($"{name}, {ClassNames.Count} classes");

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames => test.ClassNames;

    /// <inheritdoc/>
    protected override int UnseenCount => test.Count;

    /// <inheritdoc/>
    /// <remarks>Pictures of a folder that are not cut have sizes of their own, and are answered one by one.</remarks>
    protected override int EvaluationBatch => Recipe.Preparation.CenterCrop == 0 && test.IsSlow ? 1 : base.EvaluationBatch;

    /// <summary>Opens the data and creates the model.</summary>
    /// <param name="device">Where the model lives.</param>
    /// <param name="name">Name of the task.</param>
    /// <param name="recipe">The settings.</param>
    /// <exception cref="TaskSettingException">When the recipe's settings do not fit together, or not to the data.</exception>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not.</exception>
    /// <exception cref="DirectoryNotFoundException">When the data are not there; says how to get them.</exception>
    /// <exception cref="InvalidDataException">When they are damaged.</exception>
    public static ImageTask Open(ComputeDevice device, string name, ImageRecipe recipe)
    {
        IImageSource train = ImageSources.Open(name, recipe.Data, train: true), test = ImageSources.Open(name, recipe.Data, train: false);
        TickModelConfiguration c = recipe.Model;
        int classes = train.ClassNames.Count;
        TrainingSettings.Require(c.OutputWidth == classes, $"out_dims is {c.OutputWidth}, the data have {classes} classes");
        Picture first = train.Read(0);
        TrainingSettings.Require(
            c.ImageChannels == first.Channels, $"image_channels is {c.ImageChannels}, the pictures have {first.Channels} channels");
        Picture seen = recipe.Preparation.Train(first, recipe.Seed, 0);
        TrainingSettings.Require(
            c.ImageSize == 0 || (c.ImageSize == seen.Height && c.ImageSize == seen.Width),
            $"image_size is {c.ImageSize}, prepared pictures have {seen.Height} x {seen.Width} pixels");
        return new ImageTask(device, name, recipe, train, test, (seen.Height, seen.Width));
    }

    /// <summary>One of the test pictures, in the order in which they are answered, as the model sees it.</summary>
    internal SampleBatch TestPicture(int index) => testBatches.Test(index, 1);

    /// <inheritdoc/>
    protected override void Fill(bool isTraining, long position, Span<float> inputs, Span<int> targets)
    {
        SampleBatch batch = isTraining ? trainBatches.Read(position, targets.Length) : testBatches.Test((int)position, targets.Length);
        if (batch.Inputs.Length != inputs.Length)
        {
            throw new TaskSettingException(
                $"A prepared picture has {batch.Height} x {batch.Width} pixels, others have not: "
                + "set random_crop, or resize and center_crop.");
        }

        batch.Inputs.CopyTo(inputs);
        batch.Targets.CopyTo(targets);
    }

    /// <inheritdoc/>
    protected override SampleBatch ReadUnseen(int first, int count) => testBatches.Test(first, count);

    /// <inheritdoc/>
    protected override IEvaluationObserver Observe() => new ReadoutObserver(Recipe.Model.TickCount, Recipe.Model.OutputWidth);

    /// <inheritdoc/>
    private protected override ClassificationFigures Sum(
        ClassificationEvaluator evaluator, NeuronDynamics? dynamics, IEvaluationObserver? observer) =>
        new ImageFigures(evaluator.Result(name, dynamics), (ReadoutObserver)observer!);

    private static ClassificationSettings Settings(ImageRecipe recipe, (int Height, int Width) size) => new()
    {
        Batch = recipe.Batch,
        Height = size.Height,
        Width = size.Width,
        UseMostCertain = recipe.UseMostCertain,
        EveryTickLoss = recipe.EveryTickLoss,
        TestSamples = recipe.TestSamples,
        ProbeSamples = recipe.ProbeSamples,
        Seed = recipe.Seed,
    };
}
