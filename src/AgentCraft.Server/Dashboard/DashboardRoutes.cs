using AgentCraft.Data;
using AgentCraft.Server.Dashboard.Agents;
using AgentCraft.Server.Dashboard.Charts;
using AgentCraft.Server.Dashboard.Claims;
using AgentCraft.Server.Dashboard.Conversations;
using AgentCraft.Server.Dashboard.Database;
using AgentCraft.Server.Dashboard.Events;
using AgentCraft.Server.Dashboard.Handovers;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Overview;
using AgentCraft.Server.Dashboard.Search;
using AgentCraft.Server.Dashboard.SigningIn;
using AgentCraft.Server.Dashboard.Tasks;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Dashboard;

/// <summary>The dashboard: for a person who wants to see what the agents are doing. See DESIGN.md.</summary>
internal static class DashboardRoutes
{
    public static void Map(IEndpointRouteBuilder app, Stores stores, WebSessions sessions, ILoggerFactory logs, CancellationToken stopping)
    {
        PageHost pages = new(app, stores, sessions, logs.CreateLogger<PageHost>());
        Assets.Map(app);
        new StreamEndpoint(stores, sessions, stopping).Map(app);
        pages.Get("/", new OverviewPage(stores).Get);
        pages.Get("/agents", new AgentsPage(stores).Get);
        pages.Get("/agents/{name}", new AgentPage(stores).Get);
        pages.Get("/conversations", new ConversationsPage(stores).Get);
        pages.Get("/conversations/{a}/{b}", new ConversationPage(stores).Get);
        pages.Get("/threads", new ThreadsPage(stores).Get);
        pages.Get("/threads/{id}", new ThreadPage(stores).Get);
        pages.Get("/messages/{id}", new MessagePage(stores).Get);
        pages.Get("/tasks", new TasksPage(stores).Get);
        pages.Get("/tasks/{id}", new TaskPage(stores).Get);
        pages.Get("/claims", new ClaimsPage(stores).Get);
        pages.Get("/handovers", new HandoversPage(stores).Get);
        pages.Get("/handovers/{id}", new HandoverPage(stores).Get);
        pages.Get("/charts", new ChartsPage(stores).Get);
        pages.Get("/charts/metric", new MetricChartPage(stores).Get);
        pages.Get("/events", new EventsPage(stores).Get);
        pages.Get("/search", new SearchPage(stores).Get);
        pages.Get("/database", new DatabasePage(stores).Get);
        pages.Post("/messages", new PostMessage(stores).Post);
        pages.Post("/handovers/{id}/accept", new DecideHandover(stores).Accept);
        pages.Post("/handovers/{id}/reject", new DecideHandover(stores).Reject);
        new SignInPage(pages, sessions).Map(app);
    }
}
