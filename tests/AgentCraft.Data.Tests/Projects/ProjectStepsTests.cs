using AgentCraft.Data.Configuration;
using AgentCraft.Data.Projects;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Projects;

[OnEveryEngine]
public sealed class ProjectStepsTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public static TheoryData<string, string> Steps => new()
    {
        { "created", "running, completed, failed, stopped" },
        { "running", "paused, completed, failed, stopped" },
        { "paused", "running, completed, failed, stopped" },
        { "completed", "running" },
        { "failed", "running" },
        { "stopped", "running" },
    };

    public Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "" }, _time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Only_the_steps_of_the_machine_are_taken_and_a_refusal_names_them(string from, string allowed)
    {
        foreach (ProjectStatus to in Enum.GetValues<ProjectStatus>())
        {
            Project project = await At(Enum.Parse<ProjectStatus>(from, ignoreCase: true), $"{from}-{to}");
            string next = SnakeCase.Of(to);
            if (next == from || allowed.Split(", ").Contains(next))
            {
                Assert.Equal(to, (await Step(project, to)).Project.Status);
                continue;
            }
            AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => Step(project, to));
            Assert.Equal((ErrorCodes.InvalidTransition, $"Allowed now: {allowed}."), (refusal.Code, refusal.Hint));
        }
    }

    [Fact]
    [OnSqlite("A database server's clock is its own.")]
    public async Task A_project_has_an_end_while_it_is_over()
    {
        Project project = await At(ProjectStatus.Running, "p");
        Assert.Null(project.EndedAt);
        _time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset? ended = (await Step(project, ProjectStatus.Failed)).Project.EndedAt;
        Assert.Equal(project.CreatedAt + TimeSpan.FromHours(1), ended);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ended, (await Step(project, ProjectStatus.Failed)).Project.EndedAt);
        Assert.Equal(ended, (await _stores.ProjectChanges.Update(new() { Project = "p", Description = "x" }, null)).Project.EndedAt);
        Assert.Null((await Step(project, ProjectStatus.Running)).Project.EndedAt);
    }

    private async Task<Project> At(ProjectStatus status, string name)
    {
        Project project = (await _stores.ProjectChanges.Create(new() { Name = name }, null)).Project;
        if (status == ProjectStatus.Created)
            return project;
        project = (await Step(project, ProjectStatus.Running)).Project;
        return status == ProjectStatus.Running ? project : (await Step(project, status)).Project;
    }

    private Task<ChangedProject> Step(Project project, ProjectStatus to) => _stores.ProjectChanges.Update(new() { Project = project.Id, Status = to }, null);
}
