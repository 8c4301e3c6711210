using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Images;

namespace Ctm.Tests.Tasks.Images;

internal sealed class ImageModelsTests
{
    [Test]
    public void Exchange_EveryKind_HasAboutAsManyParameters(
        [Values(MnistFiles.Name, CifarFiles.Name, ImageFolder.Name)] string task,
        [Values("quick", "smoke", "long")] string preset,
        [Values(ModelKinds.Lstm, ModelKinds.FeedForward, ModelKinds.Transformer)] string kind) => AssertAlike(task, preset, kind);

    [TestCase(ModelKinds.Lstm)]
    [TestCase(ModelKinds.FeedForward)]
    [TestCase(ModelKinds.Transformer)]
    public void Exchange_DigitsOfThePaper_HasAboutAsManyParameters(string kind) => AssertAlike(MnistFiles.Name, "paper", kind);

    // The counts of the published scripts' models (appendix G.1).
    [TestCase(ModelKinds.Default, 1_032_648)]
    [TestCase(ModelKinds.Lstm, 1_046_870)]
    [TestCase(ModelKinds.FeedForward, 169_046)]
    public void Exchange_CifarOfThePaper_HasThePublishedParameters(string kind, int parameters) =>
        Assert.That(Count(CifarFiles.Name, "paper", kind), Is.EqualTo(parameters));

    private static void AssertAlike(string task, string preset, string kind)
    {
        double ctm = Count(task, preset, ModelKinds.Default), other = Count(task, preset, kind);
        Assert.That(other / ctm, Is.EqualTo(1).Within(0.03), $"{other} and {ctm}");
    }

    private static long Count(string task, string preset, string kind)
    {
        ImageRecipe recipe = ImageModels.Exchange(ImageRecipes.Of(task, preset), task, preset, kind);
        recipe.Model.Validate();
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel model = recipe.Model.Create(device, 0);
        return model.Parameters.Count;
    }

    /// <summary>Finds widths that match; run it by name after changing a preset, and put what it prints into the table.</summary>
    [Test]
    [Explicit("A search that prints widths.")]
    [Category("Slow")]
    public void Search_Widths()
    {
        foreach ((string task, string preset) in new[]
        {
            (MnistFiles.Name, "quick"), (MnistFiles.Name, "smoke"), (MnistFiles.Name, "paper"), (CifarFiles.Name, "quick"),
            (CifarFiles.Name, "smoke"), (ImageFolder.Name, "quick"), (ImageFolder.Name, "smoke"), (ImageFolder.Name, "long"),
        })
        {
            double ctm = Count(task, preset, ModelKinds.Default);
            foreach (string kind in ImageModels.Kinds.Skip(1))
            {
                ImageRecipe recipe = ImageModels.Exchange(ImageRecipes.Of(task, preset), task, preset, kind);
                int heads = recipe.Model is TransformerConfiguration t ? t.Heads : 1, low = 1, high = 512;
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    (low, high) = Sized(recipe.Model, middle * heads) < ctm ? (middle + 1, high) : (low, middle);
                }

                long above = Sized(recipe.Model, low * heads), below = low > 1 ? Sized(recipe.Model, (low - 1) * heads) : 0;
                int best = above - ctm <= ctm - below ? low : low - 1;
                TestContext.Out.WriteLine($"{task} {preset} {kind}: {best * heads}, {Math.Max(above - ctm <= ctm - below ? above : below, 0) / ctm:F3}");
            }
        }
    }

    private static long Sized(TickModelConfiguration model, int width)
    {
        TickModelConfiguration sized = model switch
        {
            LstmConfiguration l => l with { Width = width },
            FeedForwardConfiguration f => f with { Width = width },
            TransformerConfiguration t => t with { Width = width },
            _ => model,
        };
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using TickModel created = sized.Create(device, 0);
        return created.Parameters.Count;
    }
}
