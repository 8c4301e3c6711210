using System.Text.Json;
using Ctm.Engine.Training;

namespace Ctm.Tests.Golden;

/// <summary>Learning rates against the reference, step by step, past the end too.</summary>
internal sealed class GoldenScheduleTests
{
    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "schedulers" })]
    public void Golden_Schedules_EqualReference(GoldenCase golden)
    {
        foreach (JsonProperty property in golden.HyperParameters.GetProperty("configs").EnumerateObject())
        {
            LearningRateSchedule schedule = LearningRateSchedule.Create(GoldenTraining.Options(property.Value));
            string name = "out.lr." + property.Name;
            double[] rates = [.. Enumerable.Range(0, (int)golden.Shape(name)[0]).Select(step => schedule.At(step))];
            golden.Verify(name, rates);
        }
    }
}
