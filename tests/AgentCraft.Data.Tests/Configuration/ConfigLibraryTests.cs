using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Tests.Configuration;

public sealed class ConfigLibraryTests : IDisposable
{
    private readonly ConfigFiles _files = new();

    private ConfigLibrary Library => _files.Library;

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_ships_can_all_be_used()
    {
        Assert.Equal(["builder", "doc-checker", "reviewer"], Library.Templates.Names);
        foreach (ConfigShelf shelf in new[] { Library.Templates, Library.Skills, Library.Workflows, Library.Prompts })
            Assert.All(shelf.List(), one => Assert.Equal((null, false, true), (one.Error, one.Own, one.Title is not null)));
        Assert.All(Library.Templates.Names, name => Assert.NotEmpty(Library.Resolve(name).Skills));
    }

    [Fact]
    public void A_template_comes_with_what_its_files_say_now()
    {
        _files.Write("skills/base.yaml", "version: 1\ncontent: |\n  Know the base.\n");
        _files.Write("skills/more.json", """{"version": 1, "title": "More 🎉", "requires": ["base"], "rules": ["One", "Two"]}""");
        _files.Write("workflows/short.yaml", "version: 1\nsteps:\n  - Look\n");
        _files.Write("workflows/long.yml", "version: 1\ntitle: Long\nincludes: [short]\ncontent: In short.\nsteps:\n  - {title: Do, content: It}\n");
        _files.Write("prompts/system-prompts/kind.yaml", "version: 1\ncontent: Be kind.\n");
        _files.Write("templates/mine.yaml", """
            version: 2
            name: mine
            title: Mine
            agentType: coder
            instruction: |
              First line
              second
            launchMode: background
            capabilities: [a, b]
            skills: [more]
            workflow: long
            prompts: [system-prompts/kind]
            mcpServers:
              github: {command: npx, args: [-y, server, 8080], env: [GITHUB_TOKEN]}
              docs: {url: "https://docs.example/mcp", headers: {Authorization: "Bearer ${DOCS_TOKEN}"}}
            """);
        ResolvedTemplate mine = Library.Resolve("mine");
        Assert.Equal(("mine", ".agentcraft/configs/templates/mine.yaml", 2, "Mine", "coder", "First line\nsecond\n", "background", true),
            (mine.Name, mine.Path, mine.Version, mine.Title, mine.AgentType, mine.Instruction, mine.LaunchMode, mine.Own));
        Assert.Equal([("base", "base", "Know the base."), ("more", "More 🎉", "- One\n- Two")], mine.Skills.Select(skill => (skill.Name, skill.Title, skill.Content)));
        Assert.Equal([new WorkflowStep("Look", null, "short"), new WorkflowStep("Do", "It", "long")], mine.Workflow!.Steps);
        Assert.Equal(("system-prompts/kind", "Be kind."), (Assert.Single(mine.Prompts).Name, mine.Prompts[0].Content));
        Assert.Equal(["github", "docs"], mine.McpServers.Keys);
        Assert.Equal(["-y", "server", "8080"], mine.McpServers["github"].Args);
        Assert.Equal("${GITHUB_TOKEN}", mine.McpServers["github"].Env["GITHUB_TOKEN"]);
        Assert.Equal("Bearer ${DOCS_TOKEN}", mine.McpServers["docs"].Headers["Authorization"]);
    }

    [Fact]
    public void What_a_template_extends_counts_where_it_says_nothing_and_lists_are_joined()
    {
        _files.Write("templates/root-one.yaml", "version: 2\nagentType: coder\ncapabilities: [a]\nskills: [code-review]\nmcpServers: {x: {command: one}, y: {command: two}}\ninstruction: General\n");
        _files.Write("templates/middle.yaml", "version: 2\nextends: root-one\nworkflow: review-a-change\nmcpServers: {x: {url: 'https://x.example'}}\n");
        _files.Write("templates/leaf.yaml", "version: 2\nextends: middle\ncapabilities: [b, a]\nskills: [small-commits]\ninstruction: Special\n");
        ResolvedTemplate leaf = Library.Resolve("leaf");
        Assert.Equal(["middle", "root-one"], leaf.Extends);
        Assert.Equal(("coder", "Special", "review-a-change"), (leaf.AgentType, leaf.Instruction, leaf.Workflow!.Name));
        Assert.Equal(["a", "b"], leaf.Capabilities);
        Assert.Equal(["code-review", "small-commits"], leaf.Skills.Select(skill => skill.Name));
        Assert.Equal(("https://x.example", null, "two"), (leaf.McpServers["x"].Url, leaf.McpServers["x"].Command, leaf.McpServers["y"].Command));
    }

    [Fact]
    public void The_project_s_own_file_goes_before_ours_even_when_it_is_broken()
    {
        _files.Write("templates/builder.yaml", "version: 2\ntitle: Ours now\n");
        Assert.Equal(("Ours now", "default"), (Library.Resolve("builder").Title, Library.Resolve("builder").AgentType));
        _files.Write("templates/builder.yaml", "version: 2\ntitle: [half-writ");
        Assert.StartsWith(".agentcraft/configs/templates/builder.yaml, line 3, column 1: this is no valid YAML: ", _files.Refusal("builder").Message, StringComparison.Ordinal);
        Assert.NotNull(Library.Templates.Get("builder").Error);
    }

    [Fact]
    public void A_broken_file_is_an_error_for_that_file_alone()
    {
        _files.Write("templates/broken.yaml", "version: 2\n  title: x");
        _files.Write("templates/good.yaml", "version: 2\n");
        IReadOnlyList<ConfigSummary> all = Library.Templates.List();
        Assert.Equal(["broken", "builder", "doc-checker", "good", "reviewer"], all.Select(one => one.Name));
        Assert.Equal("broken", Assert.Single(all, one => one.Error is not null).Name);
        Assert.Equal("default", Library.Resolve("good").AgentType);
    }

    [Fact]
    public void A_change_counts_at_the_next_use_also_one_of_equal_size_at_once()
    {
        ConfigLibrary library = Library;
        for (int i = 0; i < 50; i++)
        {
            _files.Write("prompts/now.yaml", $"version: 1\ncontent: text {i % 10}\n");
            _files.Write("templates/mine.yaml", "version: 2\nprompts: [now]\n");
            Assert.Equal($"text {i % 10}", library.Resolve("mine").Prompts[0].Content);
        }
    }

    [Fact]
    public void A_file_that_has_not_changed_is_not_read_again_and_one_that_was_replaced_is()
    {
        string file = _files.Write("templates/mine.yaml", "version: 2\ntitle: One\n");
        DateTime settled = DateTime.UtcNow.AddMinutes(-5);
        File.SetLastWriteTimeUtc(file, settled);
        ConfigLibrary library = Library;
        ResolvedTemplate first = library.Resolve("mine");
        // The same time and size: what was read counts, which is how one sees that it was kept.
        using (FileStream stream = new(file, FileMode.Open))
            stream.Write("version: 2\ntitle: Two\n"u8);
        File.SetLastWriteTimeUtc(file, settled);
        Assert.Equal(first.Title, library.Resolve("mine").Title);
        // A new file in its place has a time of its own.
        File.Delete(file);
        _files.Write("templates/mine.yaml", "version: 2\ntitle: New\n");
        Assert.Equal("New", library.Resolve("mine").Title);
    }

    [Fact]
    public async Task Many_readers_at_once_read_what_a_writer_is_changing()
    {
        ConfigLibrary library = Library;
        _files.Write("templates/mine.yaml", Text(0));
        using CancellationTokenSource end = new();
        Task[] readers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
                Assert.Matches(@"\Atitle \d+ x+\z", library.Resolve("mine").Title);
        }))];
        for (int i = 1; i < 300; i++)
            AgentCraft.Data.Storage.WholeFile.Write(_files.PathOf("templates/mine.yaml"), Text(i));
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal("title 299 " + new string('x', 299 % 50 + 1), library.Resolve("mine").Title);

        static string Text(int i) => $"version: 2\ntitle: title {i} {new string('x', i % 50 + 1)}\n";
    }

    [Fact]
    public void An_unknown_name_is_told_with_the_nearest()
    {
        AgentCraftException refusal = _files.Refusal("bulder", ErrorCodes.NotFound);
        Assert.Equal("There is no template 'bulder'.", refusal.Message);
        Assert.Equal("Did you mean 'builder'? Templates: builder, doc-checker, reviewer. Your own go into .agentcraft/configs/templates/.", refusal.Hint);
        foreach (string name in new[] { "", "../../etc/passwd", "/etc/passwd", "a/../builder", "Builder", "builder.yaml", new string('x', 100_000), "ü", "CON", "\u202ebuilder" })
            _files.Refusal(name, ErrorCodes.NotFound);
        _files.Refusal("a\0b", ErrorCodes.InvalidText);
    }

    [Theory]
    [InlineData("Code_Reviewer.yaml", "Rename it to code-reviewer.yaml.")]
    [InlineData("codeReviewer.json", "Rename it to code-reviewer.json.")]
    [InlineData("code reviewer.yml", "Rename it to code-reviewer.yml.")]
    [InlineData("-x.yaml", "Rename it to x.yaml.")]
    [InlineData("Team/x.yaml", "Rename it to team/x.yaml.")]
    [InlineData("x.YAML", "the extension must be written .yaml.")]
    [InlineData("x.toml", ".toml is not read. Write it as YAML (.yaml) or JSON (.json).")]
    public void A_file_with_a_wrong_name_is_told_and_not_passed_over(string file, string told)
    {
        _files.Write($"templates/{file}", "version: 2\n");
        ConfigSummary wrong = Assert.Single(Library.Templates.List(), one => one.Own);
        Assert.EndsWith(told, wrong.Error, StringComparison.Ordinal);
        Assert.StartsWith($".agentcraft/configs/templates/{file}, line 1", wrong.Error, StringComparison.Ordinal);
        Assert.EndsWith(told, _files.Refusal(wrong.Name).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_editors_and_locks_leave_beside_files_is_not_meant()
    {
        foreach (string file in new[] { ".mine.yaml.swp", "#mine.yaml#", "mine.yaml~", "mine.yaml.lock", "mine.yaml.lock.holder", "mine.yaml.12-ab.tmp", "README.md", ".hidden.yaml" })
            _files.Write($"templates/{file}", "x");
        Assert.DoesNotContain(Library.Templates.List(), one => one.Own);
    }

    [Fact]
    public void Two_files_of_one_name_are_told_with_both()
    {
        _files.Write("templates/twin.yaml", "version: 2\n");
        _files.Write("templates/twin.json", """{"version": 2}""");
        string message = _files.Refusal("twin").Message;
        Assert.Contains(".agentcraft/configs/templates/twin.yaml", message, StringComparison.Ordinal);
        Assert.Contains(".agentcraft/configs/templates/twin.json", message, StringComparison.Ordinal);
        Assert.Single(Library.Templates.List(), one => one.Name == "twin");
    }
}
