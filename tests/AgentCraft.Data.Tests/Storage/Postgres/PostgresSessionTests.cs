using System.Data.Common;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>What a connection of ours is to the database, and the database to it.</summary>
public sealed class PostgresSessionTests : PostgresTests
{
    [Fact]
    public async Task It_says_itself_in_which_schema_it_is_since_a_pooler_may_not_pass_that_on() =>
        Assert.Equal($"session {Schema}", await One.Read(c => c.First<string>("SELECT source || ' ' || setting FROM pg_settings WHERE name = 'search_path'")));

    [Fact]
    public async Task It_does_not_learn_the_types_of_the_database_of_which_there_is_one_for_each_table() =>
        Assert.DoesNotContain("agents", await One.Read(c =>
        {
            using DbCommand command = c.Inner.CreateCommand();
            command.CommandText = "SELECT NULL::agents";
            using DbDataReader reader = command.ExecuteReader();
            return reader.GetDataTypeName(0);
        }), StringComparison.Ordinal);
}
