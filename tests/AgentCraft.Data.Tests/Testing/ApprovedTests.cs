using AgentCraft.Testing;
using Xunit.Sdk;

namespace AgentCraft.Data.Tests.Testing;

public sealed class ApprovedTests : IDisposable
{
    private readonly TemporaryProject _folder = new();

    private string Verified => _folder.PathOf("answer.verified.txt");

    private string Received => _folder.PathOf("answer.received.txt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_text_passes_whatever_its_line_endings_and_deletes_what_an_earlier_failure_left()
    {
        File.WriteAllText(Verified, "one\ntwo\n");
        File.WriteAllText(Received, "stale");
        Approved.Match("one\r\ntwo", "answer", _folder.Root);
        Assert.False(File.Exists(Received));
    }

    [FactUnlessAccepting]
    public void A_difference_names_both_files_and_the_line_and_leaves_the_approved_file_alone()
    {
        File.WriteAllText(Verified, "one\ntwo\nthree");
        var failure = Assert.Throws<FailException>(() => Approved.Match("one\n2\nthree", "answer", _folder.Root));
        Assert.Contains(Verified, failure.Message);
        Assert.Contains(Received, failure.Message);
        Assert.Contains("line 2:\n    approved: two\n    received: 2", failure.Message);
        Assert.Equal("one\n2\nthree", File.ReadAllText(Received));
        Assert.Equal("one\ntwo\nthree", File.ReadAllText(Verified));
    }

    [FactUnlessAccepting]
    public void A_missing_approved_file_fails_and_is_not_made()
    {
        var failure = Assert.Throws<FailException>(() => Approved.Match("text", "below/answer", _folder.Root));
        Assert.Contains("(missing)", failure.Message);
        Assert.Equal("text", File.ReadAllText(_folder.PathOf("below", "answer.received.txt")));
        Assert.False(File.Exists(_folder.PathOf("below", "answer.verified.txt")));
    }

    [FactUnlessAccepting]
    public void A_text_that_only_goes_on_differs_in_its_first_new_line()
    {
        File.WriteAllText(Verified, "one");
        var failure = Assert.Throws<FailException>(() => Approved.Match("one\ntwo", "answer", _folder.Root));
        Assert.Contains("line 2:\n    approved: (no such line)\n    received: two", failure.Message);
    }

    [Fact]
    public void Without_a_folder_the_file_lies_beside_the_caller() =>
        Approved.Match("Beside the test that reads it.", "ApprovedTests.Beside_the_caller");

    // The variable makes every text the approved one, and it may be set for the whole run.
    private sealed class FactUnlessAcceptingAttribute : FactAttribute
    {
        public FactUnlessAcceptingAttribute() =>
            Skip = Environment.GetEnvironmentVariable("AGENTCRAFT_ACCEPT") == "1" ? "AGENTCRAFT_ACCEPT=1: nothing can differ." : null;
    }
}
