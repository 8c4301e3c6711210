using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using Ctm.Tests.Engine.Files;

namespace Ctm.Tests.Tasks.Mazes;

/// <summary>Training and testing on a folder of pictures in the published layout.</summary>
[TestFixture]
internal sealed class MazePictureDataTests
{
    private readonly TemporaryFolder folder = new();

    [OneTimeSetUp]
    public void Write() => MazeExport.Write(folder["mazes"], 9, seed: 3, trainCount: 40, testCount: 12);

    [OneTimeTearDown]
    public void Delete() => folder.Dispose();

    [Test]
    public void Apply_Data_TakesTheSizeOfThePicturesAndTurnsThem()
    {
        MazeRecipe recipe = Recipe();
        Assert.That((recipe.MazeSize, recipe.Model.ImageSize, recipe.Augment), Is.EqualTo((9, 9, true)));
        Assert.That(Recipe("augment=false").Augment, Is.False);
    }

    [Test]
    public void Task_Data_TrainsOnThePicturesAndTestsOnAllOfTheOthers()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using var task = new MazeTask(device, Recipe());
        using var loop = new TrainingLoop(task, task.Recipe.Training);
        for (int i = 0; i < 3; i++)
        {
            loop.RunStep();
        }

        MazeFigures figures = task.EvaluateMazes(1000);
        Assert.That((figures.Samples, task.TestMazes), Is.EqualTo((12, 12)));
        using var drawn = new MazeTask(device, Recipe() with { Data = null, Seed = 3 });
        Assert.That(MazeSamples.Text(task.TestMaze(4)), Is.EqualTo(MazeSamples.Text(drawn.TestMaze(4))), "the exported maze");
    }

    [Test]
    public void Apply_DataThatIsNotThere_SaysWhatIsExpected() => Assert.That(
        () => MazeSettings.Apply(MazeRecipe.Preset("smoke"), [$"data={folder["nothing"]}"]),
        Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("mazes are expected as test/CLASS/*.png below"));

    [Test]
    public void Task_OtherSize_SaysWhichIsRight()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        MazeRecipe recipe = MazeSettings.Apply(MazeRecipe.Preset("smoke"), [$"data={folder["mazes"]}", "maze_size=7"]);
        Assert.That(
            () => new MazeTask(device, recipe),
            Throws.TypeOf<TaskSettingException>().With.Message.StartsWith("maze_size is 7, the pictures in ").And.Message.EndsWith("show mazes of 9 x 9."));
    }

    private MazeRecipe Recipe(params string[] settings) =>
        MazeSettings.Apply(MazeRecipe.Preset("smoke"), [$"data={folder["mazes"]}", .. settings]);
}
