using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Tools;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tests.Tools;

public sealed class ToolSelectionTests
{
    private static readonly Dictionary<string, CatalogTool> Tools = ToolCatalog.Of(() => new Some()).ToDictionary(tool => tool.Name);

    [Theory]
    [InlineData("core", false, "read_core write_core")]
    [InlineData("core", true, "read_core")]
    [InlineData(" Tasks , CORE,core ", false, "read_core write_core read_tasks write_tasks")]
    [InlineData("all", false, "read_core write_core read_tasks write_tasks write_claims")]
    [InlineData("history,ALL", true, "read_core read_tasks")]
    [InlineData("history", false, "")]
    public void A_tool_is_in_with_its_toolset_and_unless_it_writes_where_only_reading_is_offered(string toolsets, bool readOnly, string tools) =>
        Assert.Equal(tools, string.Join(' ', Tools.Values.Where(ToolSelection.Parse(toolsets, readOnly).Includes).Select(tool => tool.Name)));

    [Theory]
    [InlineData("taks", "There is no toolset 'taks'.", "Did you mean 'tasks'? There are: all, core, ")]
    [InlineData("core,zzzzzzzz", "There is no toolset 'zzzzzzzz'.", "There are: all, core, ")]
    [InlineData("", "The name of a toolset is empty.", "There are: all, core, ")]
    [InlineData("core,", "The name of a toolset is empty.", "There are: all, core, ")]
    [InlineData("core tasks", "There is no toolset 'core tasks'.", "There are: all, core, ")]
    public void A_toolset_that_there_is_not_is_told_with_the_nearest(string toolsets, string message, string hint)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => ToolSelection.Parse(toolsets));
        Assert.Equal((ErrorCodes.InvalidArgument, message), (refusal.Code, refusal.Message));
        Assert.StartsWith(hint, refusal.Hint, StringComparison.Ordinal);
        Assert.False(ToolSelection.IsValid(toolsets));
    }

    [Theory]
    [InlineData("core,tasks", "tasks", "tasks")]
    [InlineData("core,tasks", "tasks, core", "core,tasks")]
    [InlineData("core,tasks", "all", "core,tasks")]
    [InlineData("all", "claims,core", "core,claims")]
    public void A_request_gets_what_it_asks_for_of_what_there_is(string offered, string asked, string given) =>
        Assert.Equal(given, ToolSelection.Parse(offered).Narrow(asked).ToString());

    [Theory]
    [InlineData("tasks", "The toolset tasks is off in this server, and a request cannot switch it on.")]
    [InlineData("core,Admin", "The toolset admin is off in this server, and a request cannot switch it on.")]
    [InlineData("taks", "There is no toolset 'taks'.")]
    [InlineData("", "The name of a toolset is empty.")]
    public void A_request_that_asks_for_more_is_told_what_it_can_ask_for(string asked, string message)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => ToolSelection.Parse("core,claims").Narrow(asked));
        Assert.Equal((ErrorCodes.InvalidArgument, message), (refusal.Code, refusal.Message));
        Assert.EndsWith("X-AgentCraft-Toolsets can ask for: core,claims.", refusal.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Narrowing_keeps_to_reading_and_never_widens_again()
    {
        ToolSelection narrow = ToolSelection.Parse("core,tasks", isReadOnly: true).Narrow("tasks");
        Assert.True(narrow.IsReadOnly);
        Assert.Equal("tasks", narrow.Narrow("all").ToString());
        Assert.Throws<AgentCraftException>(() => narrow.Narrow("core"));
    }

    [Fact]
    public void A_tool_that_is_not_in_says_why_and_what_would_change_that()
    {
        AgentCraftException off = ToolSelection.Parse("core,claims").Refusal(Tools["read_tasks"]);
        Assert.Equal((ErrorCodes.ToolsetOff, "read_tasks belongs to the toolset tasks, which is off in this server; on: core,claims."), (off.Code, off.Message));
        Assert.Contains("--toolsets core,claims,tasks", off.Hint, StringComparison.Ordinal);

        AgentCraftException narrowed = ToolSelection.Parse("core,tasks").Narrow("core").Refusal(Tools["read_tasks"]);
        Assert.Equal(ErrorCodes.ToolsetOff, narrowed.Code);
        Assert.Equal("Send X-AgentCraft-Toolsets: core,tasks to have it.", narrowed.Hint);

        AgentCraftException both = ToolSelection.Parse("core,tasks").Narrow("core").Refusal(Tools["write_claims"]);
        Assert.Contains("--toolsets core,tasks,claims", both.Hint, StringComparison.Ordinal);

        AgentCraftException writes = ToolSelection.Parse("all", isReadOnly: true).Refusal(Tools["write_tasks"]);
        Assert.Equal((ErrorCodes.ReadOnly, "write_tasks writes, and this server only reads."), (writes.Code, writes.Message));
    }

    [Fact]
    public void The_command_line_goes_before_the_settings_and_either_can_leave_only_reading()
    {
        Settings settings = new() { Toolsets = "tasks", ReadOnly = true };
        Assert.Equal("tasks", new ToolOptions().With(settings).ToString());
        Assert.Equal("core,claims", new ToolOptions("claims,core").With(settings).ToString());
        Assert.True(new ToolOptions("core").With(settings).IsReadOnly);
        Assert.True(new ToolOptions(IsReadOnly: true).With(new()).IsReadOnly);
        Assert.Equal(("core", false), (new ToolOptions().With(new()).ToString(), new ToolOptions().With(new()).IsReadOnly));
    }

    [Fact]
    public void A_setting_that_names_no_toolset_matters_only_where_it_counts()
    {
        Settings settings = new() { Toolsets = "taks" };
        AgentCraftException broken = Assert.Throws<AgentCraftException>(() => new ToolOptions().With(settings));
        Assert.Equal(ErrorCodes.InvalidConfiguration, broken.Code);
        Assert.Equal("The setting toolsets cannot be used. There is no toolset 'taks'.", broken.Message);
        Assert.Equal("core", new ToolOptions("core").With(settings).ToString());
    }

    private sealed class Some
    {
        [McpServerTool(Name = "read_core", ReadOnly = true)]
        [Toolset(ToolsetAttribute.Core)]
        public Task<Acknowledged> ReadCore() => throw new NotSupportedException();

        [McpServerTool(Name = "write_core")]
        [Toolset(ToolsetAttribute.Core)]
        public Task<Acknowledged> WriteCore() => throw new NotSupportedException();

        [McpServerTool(Name = "read_tasks", ReadOnly = true)]
        [Toolset(ToolsetAttribute.Tasks)]
        public Task<Acknowledged> ReadTasks() => throw new NotSupportedException();

        [McpServerTool(Name = "write_tasks")]
        [Toolset(ToolsetAttribute.Tasks)]
        public Task<Acknowledged> WriteTasks() => throw new NotSupportedException();

        [McpServerTool(Name = "write_claims")]
        [Toolset(ToolsetAttribute.Claims)]
        public Task<Acknowledged> WriteClaims() => throw new NotSupportedException();
    }
}
