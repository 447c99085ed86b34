using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>The clock of a machine, by which files are stamped; PostgreSQL's servers take the database's (PostgresClockTests).</summary>
public sealed class LeaseClockTests
{
    [Fact]
    public void Setting_the_wall_clock_does_not_move_it_and_passing_time_does()
    {
        FakeTime time = new();
        LeaseClock clock = new(time);
        long before = clock.Read().BootMilliseconds;
        time.SetWallClock(TimeSpan.FromDays(-1));
        Assert.Equal(before, clock.Read().BootMilliseconds);
        time.Advance(TimeSpan.FromMilliseconds(1500));
        Assert.Equal(before + 1500, clock.Read().BootMilliseconds);
    }

    [Fact]
    public void The_real_one_names_the_machine_start_the_same_way_each_time_and_counts_on()
    {
        StoreTime one = new LeaseClock(TimeProvider.System).Read(), two = new LeaseClock(TimeProvider.System).Read();
        Assert.NotEmpty(one.BootId);
        Assert.Equal(one.BootId, two.BootId);
        Assert.InRange(two.BootMilliseconds - one.BootMilliseconds, 0, 5000);
    }
}
