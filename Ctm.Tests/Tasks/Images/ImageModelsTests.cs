using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Images;

namespace Ctm.Tests.Tasks.Images;

internal sealed class ImageModelsTests
{
    [Test]
    public void Exchange_EveryKind_HasAboutAsManyParameters(
        [Values(MnistFiles.Name, CifarFiles.Name, ImageFolder.Name)] string task,
        [Values("quick", "long")] string preset,
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
}
