namespace AgentCraft.Server.Tests.Contract;

/// <summary>The templates of the toolset <c>instances</c>.</summary>
public abstract class TemplateContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task List_templates_answers_as_approved()
    {
        Story story = Tell("list_templates");
        await story.Call("What ships", new { });
        Write("templates/mine.yaml", "version: 2\ntitle: Mine\ndescription: For \"quotes\" and 🎉\n");
        Write("templates/builder.json", """{"version": "1.0", "title": "Ours is not used", "type": "coder"}""");
        Write("templates/broken.yaml", "version: 2\nskils: [code-review]\n");
        Write("templates/dangling.yaml", "version: 2\nskills: [code-revew]\n");
        Write("templates/Wrong_Name.yaml", "version: 2\n");
        await story.Call("The project's own go first, and those that cannot be used are there with the reason", new { });
        Approve(story, "list_templates");
    }

    [Fact]
    public async Task Get_template_answers_as_approved()
    {
        Write("skills/house.yaml", "version: 1\ntitle: House rules\nrequires: [code-review]\nrules: [Ask first]\n");
        Write("templates/mine.yaml", """
            version: 2
            extends: reviewer
            title: Mine
            agentType: default
            capabilities: [c#]
            skills: [house]
            mcpServers:
              github: {command: npx, args: [-y, server-github], env: [GITHUB_TOKEN]}
              docs: {url: "https://docs.example/mcp", headers: {Authorization: "Bearer ${DOCS_TOKEN}"}}
            """);
        Write("templates/secret.yaml", "version: 2\nmcpServers: {x: {command: a, env: {API_KEY: hunter2}}}\n");
        Write("templates/circle.yaml", "version: 2\nextends: circle\n");
        Story story = Tell("get_template");
        await story.Call("One that ships", new { name = "reviewer" });
        await story.Call("One of the project's own, resolved", new { name = "mine" });
        await story.Call("One with a key in it", new { name = "secret" });
        await story.Call("One that goes in a circle", new { name = "circle" });
        await story.Call("A mistyped name", new { name = "reviwer" });
        await story.Call("A path", new { name = "../../../etc/passwd" });
        Approve(story, "get_template");
    }

    [Fact]
    public async Task A_file_that_changes_counts_with_the_next_call()
    {
        Write("prompts/now.yaml", "version: 1\ncontent: before\n");
        Write("templates/mine.yaml", "version: 2\nprompts: [now]\n");
        Assert.Equal("before", (await Call("get_template", new { name = "mine" })).GetText("prompts.0.content"));
        Write("prompts/now.yaml", "version: 1\ncontent: after!\n");
        Assert.Equal("after!", (await Call("get_template", new { name = "mine" })).GetText("prompts.0.content"));
        File.Delete(Path.Combine(Root, ".agentcraft", "configs", "prompts", "now.yaml"));
        Assert.Contains("there is no prompt 'now'", Refused("invalid_configuration", await Call("get_template", new { name = "mine" })).ErrorMessage, StringComparison.Ordinal);
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine([Root, ".agentcraft", "configs", .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
