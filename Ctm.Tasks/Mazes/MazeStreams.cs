using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>The mazes that a recipe trains and tests on.</summary>
internal static class MazeStreams
{
    /// <summary>The numbers that stand for black and white.</summary>
    public static MazePixelRange RangeOf(MazeRecipe recipe) => recipe.ExpandRange ? MazePixelRange.Symmetric : MazePixelRange.Unit;

    /// <summary>The training mazes.</summary>
    /// <exception cref="TaskSettingException">When the pictures show mazes of another size.</exception>
    public static MazeBatchSource Train(MazeRecipe recipe)
    {
        MazeBatchOptions options = Options(recipe) with { Augment = recipe.Augment };
        return recipe.Data is null
            ? MazeBatchSource.Train(recipe.MazeSize, recipe.Seed, options)
            : new MazeBatchSource(Pictures(recipe, MazeSplit.Train), options with { Shuffle = true });
    }

    /// <summary>The unseen mazes.</summary>
    /// <inheritdoc cref="Train"/>
    public static MazeBatchSource Unseen(MazeRecipe recipe) => recipe.Data is null
        ? MazeBatchSource.Test(recipe.MazeSize, recipe.Seed, int.MaxValue, Options(recipe))
        : new MazeBatchSource(Pictures(recipe, MazeSplit.Test), Options(recipe));

    private static MazeImageFolder Pictures(MazeRecipe recipe, MazeSplit split)
    {
        var pictures = MazeImageFolder.Load(recipe.Data!, split);
        TrainingSettings.Require(
            pictures.Size == recipe.MazeSize,
            $"maze_size is {recipe.MazeSize}, the pictures in {recipe.Data} show mazes of {pictures.Size} x {pictures.Size}");
        return pictures;
    }

    private static MazeBatchOptions Options(MazeRecipe recipe) => new()
    {
        RouteLength = recipe.RouteLength,
        Layout = MazeImageLayout.Nhwc,
        Range = RangeOf(recipe),
        Seed = recipe.Seed,
    };
}
