using System.Text;
using AgentCraft.Data.Instances;

namespace AgentCraft.Data.Tests.Instances;

public sealed class InstanceFileTests
{
    private const string Whole = """{"version":1,"id":"instance_1_a","name":"i","templateRef":"reviewer","state":"Running","createdAt":"2026-01-02T03:04:05.678Z","pid":12,"port":8080}""";

    [Fact]
    public void The_least_that_is_needed_is_read()
    {
        Instance instance = Read(Whole).File!.Instance;
        Assert.Equal(("instance_1_a", "i", "reviewer", InstanceState.Running, 12, 8080), (instance.Id, instance.Name, instance.Template, instance.State, instance.Pid, instance.Port));
        Assert.Equal(instance.CreatedAt, instance.StateChangedAt);
        Assert.NotNull(Read("\uFEFF" + Whole).File);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":"1","id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":0,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"3","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Ready, Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"soon"}""")]
    [InlineData("""{"version":1,"id":"a","name":"../x","templateRef":"r","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02","pid":-1}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02","pid":"1"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02","port":70000}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02","lastStep":5}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"\ud800","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"a\u0000b","state":"Running","createdAt":"2026-01-02"}""")]
    [InlineData("""{"version":1,"id":"a","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02","revision":99999999999}""")]
    [InlineData("""{"version":1,"id":"a","id":"b","name":"i","templateRef":"r","state":"Running","createdAt":"2026-01-02"}""")]
    public void What_says_nothing_that_can_be_used_is_broken_and_told_why(string text)
    {
        InstanceReading reading = Read(text);
        Assert.True(reading.IsBroken && reading.File is null, text);
        Assert.False(string.IsNullOrWhiteSpace(reading.Fault));
    }

    [Fact]
    public void A_file_that_is_too_large_or_no_UTF_8_is_broken()
    {
        Assert.True(Read(new string(' ', InstanceFile.LargestBytes + 1)).IsBroken);
        Assert.True(InstanceReading.Of("i", [0xFF, 0xFE, 0x00]).IsBroken);
        // More than an index takes.
        Assert.True(Read(Whole.Replace("reviewer", new string('x', 3000), StringComparison.Ordinal)).IsBroken);
        Assert.True(Read(new string('[', 1000)).IsBroken);
    }

    [Theory]
    [InlineData("""{"version":2,"id":"a","name":"i","condition":"hibernating"}""")]
    [InlineData("""{"version":1,"id":"a","name":"other","templateRef":"r","state":"Running","createdAt":"2026-01-02"}""")]
    public void What_a_newer_program_wrote_or_belongs_elsewhere_cannot_be_used_and_is_not_broken(string text)
    {
        InstanceReading reading = Read(text);
        Assert.True(reading is { File: null, IsBroken: false, IsMissing: false }, text);
    }

    [Fact]
    public void Fields_of_a_newer_program_survive_an_edit()
    {
        string text = Whole.Replace("\"version\":1", "\"version\":3,\"mood\":{\"today\":[1,2]},\"colour\":\"blue\"", StringComparison.Ordinal);
        InstanceFile file = Read(text).File!;
        string edited = file.With(file.Instance with { State = InstanceState.Stopping, Pid = null }).ToString();
        Assert.Contains("\"version\": 3", edited, StringComparison.Ordinal);
        Assert.Contains("\"colour\": \"blue\"", edited, StringComparison.Ordinal);
        Assert.Contains("\"today\"", edited, StringComparison.Ordinal);
        Assert.DoesNotContain("\"pid\"", edited, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Stopping, Read(edited).File!.Instance.State);
    }

    [Fact]
    public void What_is_written_is_read_as_it_was()
    {
        InstanceFile file = Read(Whole).File!;
        DateTimeOffset now = new(2026, 11, 21, 9, 8, 7, 6, TimeSpan.Zero);
        Instance full = file.Instance with
        {
            LaunchMode = "back\"ground",
            ProcessStartedAt = now,
            ProcessKey = "boot/12",
            Health = "gut ü",
            Reason = "weil",
            By = "alice",
            LaunchedAt = now,
            StoppedAt = now,
            LastStep = new("event_1", InstanceState.Ready, InstanceState.Running, now, "alice", "go", 12),
        };
        InstanceFile written = file.With(full);
        Assert.Equal(written.Instance, Read(written.ToString()).File!.Instance);
        Assert.Equal(1, written.Instance.Revision);
    }

    private static InstanceReading Read(string text) => InstanceReading.Of("i", Encoding.UTF8.GetBytes(text));
}
