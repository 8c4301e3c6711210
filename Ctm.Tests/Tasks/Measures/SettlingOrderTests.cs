using Ctm.Tasks.Measures;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class SettlingOrderTests
{
    private const int Ticks = 5, Positions = 4, Classes = 3;

    [TestCase(1, 1)]
    [TestCase(0, 0)]
    [TestCase(-1, -1)]
    public void Value_PositionsThatSettleInTurn_IsTheirDirection(int direction, double expected)
    {
        SettlingOrder order = Add((tick, place) => tick >= (direction > 0 ? place : direction < 0 ? 3 - place : 2), null, 1, 1, 1, 1);

        Assert.That(order.Value, Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void Value_PlacesThatAreWrongAtTheEndOrIgnored_DoNotCount()
    {
        // Place 0 is right at first only; place 3 has the ignored class. The others settle at ticks 1 and 2.
        SettlingOrder order = Add((tick, place) => place == 0 ? tick < 4 : tick >= place, 2, 1, 1, 1, 2);

        Assert.That(order.Value, Is.EqualTo(1).Within(1e-9));
        Assert.That(Add((_, place) => place == 0, 2, 1, 1, 1, 2).Value, Is.Zero);
    }

    private static SettlingOrder Add(Func<int, int, bool> isRight, int? ignored, params int[] targets)
    {
        var logits = new float[Ticks * Positions * Classes];
        for (int row = 0; row < Ticks * Positions; row++)
        {
            int place = row % Positions;
            logits[(row * Classes) + (isRight(row / Positions, place) ? targets[place] : (targets[place] + 1) % Classes)] = 1;
        }

        var order = new SettlingOrder(Positions, Classes, ignored);
        order.Add(logits, targets, batch: 1);
        return order;
    }
}
