using Ctm.Engine.Files;
using Ctm.Tasks.Measures;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class CurriculumTicksTests
{
    [TestCase(0, 8)]
    [TestCase(3, 8)]
    [TestCase(10, 16)]
    [TestCase(30, 36)]
    [TestCase(64, 40)]
    public void Count_WhatCountedForLong_IsWithTheTicksAheadInFoursUpToAll(double counted, int expected)
    {
        var ticks = new CurriculumTicks(ahead: 5, most: 40);
        Assert.That(ticks.Count, Is.EqualTo(8), "before the first step");
        for (int step = 0; step < 400; step++)
        {
            ticks.Add(counted);
        }

        Assert.That(ticks.Count, Is.EqualTo(expected));
    }

    [Test]
    public void Count_OneStepFarAhead_HardlyGrows()
    {
        var ticks = new CurriculumTicks(ahead: 5, most: 75);
        ticks.Add(40);
        Assert.That(ticks.Count, Is.EqualTo(8));
    }

    [Test]
    public void Restore_Captured_GoesOnAlike()
    {
        CurriculumTicks first = new(5, 75), second = new(5, 75);
        for (int step = 0; step < 30; step++)
        {
            first.Add(step);
        }

        second.Restore(first.Capture());
        for (int step = 0; step < 30; step++)
        {
            Assert.That(second.Count, Is.EqualTo(first.Count));
            first.Add(2 * step);
            second.Add(2 * step);
        }

        Assert.Throws<CheckpointMismatchException>(() => second.Restore(new StateDictionary()));
    }
}
