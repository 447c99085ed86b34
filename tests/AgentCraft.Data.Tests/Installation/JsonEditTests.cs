using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Installation;

namespace AgentCraft.Data.Tests.Installation;

/// <summary>Our server goes into a text that others wrote, and out again, and every other character stays.</summary>
public sealed class JsonEditTests
{
    private const string Section = "servers", Name = ServerEntry.Name;
    private static readonly ServerEntry Entry = new("agentcraft", ["serve", "--stdio"]);

    [Theory]
    [InlineData("{\n  \"servers\": {\n    \"a\": {\"command\": \"x\"}\n  }\n}\n")]
    [InlineData("{\r\n\t\"servers\": {\r\n\t\t\"a\": {}, // tail, of {a}\r\n\t},\r\n\t\"inputs\": [],\r\n}")]
    [InlineData("{\"servers\":{\"a\":{}},\"x\":1}")]
    [InlineData("{\"servers\":{\"a\":{},},\"x\":1,}")]
    [InlineData("{ \"servers\": { \"a\": {} /* , */ } }")]
    [InlineData("// first\n{\n    /* of ours, \"servers\": {} */\n    \"servers\": {\n        // a\n        \"a\": {} // last, no comma\n        // end\n    }\n    // rest\n}\n// after")]
    [InlineData("{\n  \"servers\": {\n    \"a\": {\"url\": \"https://x//y\"}\n  , \"b\": []\n  }\n}")]
    [InlineData("{\n\n  \"z\": 1,\n\n  \"servers\": {\n    \"a\": 1 }\n}\n\n")]
    [InlineData("{\"servers\": {\n  \"a\": {}}}")]
    [InlineData("{ \"servers\": { \"\\u0061\": \"\\ud83d\\ude00 \\\" } { // \" } }")]
    [InlineData("{\n  \"servers\": {}\n}\n")]
    [InlineData("{\"servers\":{}}")]
    [InlineData("{\n  \"servers\": {\n    // nothing yet\n  }\n}\n")]
    public void What_is_put_in_and_taken_out_leaves_the_same_bytes(string text)
    {
        string with = new JsonEdit(text).Set(Section, Name, Entry);

        Assert.Equal(Entry, ServerEntry.Of(new JsonEdit(with).Find(Section, Name)!));
        Assert.Equal(text, new JsonEdit(with).Remove(Section, Name));
        AssertInsertion(text, with);
    }

    [Theory]
    [InlineData("{}", "{\n  \"servers\": {\n    \"agentcraft\": {\n      \"type\": \"stdio\",\n      \"command\": \"agentcraft\",\n      \"args\": [\"serve\", \"--stdio\"]\n    }\n  }\n}")]
    [InlineData("{\n\t\"x\": 1\n}", "{\n\t\"x\": 1,\n\t\"servers\": {\n\t\t\"agentcraft\": {\n\t\t\t\"type\": \"stdio\",\n\t\t\t\"command\": \"agentcraft\",\n\t\t\t\"args\": [\"serve\", \"--stdio\"]\n\t\t}\n\t}\n}")]
    [InlineData("{\"x\":1}", "{\"x\":1, \"servers\": {\"agentcraft\": {\"type\": \"stdio\", \"command\": \"agentcraft\", \"args\": [\"serve\", \"--stdio\"]}}}")]
    public void A_section_that_is_missing_is_made_as_the_file_is_written(string text, string expected)
    {
        Assert.Equal(expected, new JsonEdit(text).Set(Section, Name, Entry));
        AssertInsertion(text, expected);
    }

    [Theory]
    [InlineData("{\"servers\":{\"agentcraft\":{},\"b\":1}}", "{\"servers\":{\"b\":1}}")]
    [InlineData("{\n  \"servers\": {\n    \"agentcraft\": {},\n    \"b\": 1\n  }\n}", "{\n  \"servers\": {\n    \"b\": 1\n  }\n}")]
    [InlineData("{\n  \"servers\": {\n    \"a\": 1, // a\n    \"agentcraft\": {}, // mine\n    \"b\": 1\n  }\n}", "{\n  \"servers\": {\n    \"a\": 1, // a\n     // mine\n    \"b\": 1\n  }\n}")]
    [InlineData("{\"servers\": {\n  \"a\": 1, // a\n  \"agentcraft\": {}, \"b\": 1 }}", "{\"servers\": {\n  \"a\": 1, // a\n   \"b\": 1 }}")]
    [InlineData("{\"servers\":{\"a\":1,\"agentcraft\":{}}}", "{\"servers\":{\"a\":1}}")]
    [InlineData("{\"servers\":{\"a\":1,\"agentcraft\":{},}}", "{\"servers\":{\"a\":1,}}")]
    public void It_is_taken_out_wherever_somebody_has_put_it(string text, string expected) => Assert.Equal(expected, new JsonEdit(text).Remove(Section, Name));

    [Fact]
    public void Replacing_it_changes_nothing_else()
    {
        string text = "{\r\n  \"servers\": {\r\n    \"agentcraft\": {\"command\": \"old\", \"env\": {}}, // why\r\n    \"b\": 1\r\n  }\r\n}";
        Assert.Equal("{\r\n  \"servers\": {\r\n    \"agentcraft\": {\r\n      \"type\": \"stdio\",\r\n      \"command\": \"agentcraft\",\r\n      \"args\": [\"serve\", \"--stdio\"]\r\n    }, // why\r\n    \"b\": 1\r\n  }\r\n}",
            new JsonEdit(text).Set(Section, Name, Entry));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"servers\": []}")]
    [InlineData("{\"servers\": null}")]
    [InlineData("{\"servers\": {}} x")]
    [InlineData("{\"servers\": {}, \"servers\": {}}")]
    [InlineData("{'servers': {}}")]
    [InlineData("{\"servers\": {\"a\" 1}}")]
    public void What_is_no_JSON_object_with_such_a_section_is_refused(string text) => Assert.Throws<ConfigFault>(() => new JsonEdit(text).Set(Section, Name, Entry));

    [Fact]
    public void Random_texts_keep_every_character()
    {
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            string newLine = random.Next(2) == 0 ? "\n" : "\r\n", text = RandomText(random, newLine);
            string with = new JsonEdit(text).Set(Section, Name, Entry);
            Assert.Equal(Entry, ServerEntry.Of(new JsonEdit(with).Find(Section, Name)!));
            AssertInsertion(text, with);
            Assert.Null(new JsonEdit(new JsonEdit(with).Remove(Section, Name)).Find(Section, Name));
        }
    }

    /// <summary>All of the old text is in the new one, in order.</summary>
    private static void AssertInsertion(string text, string with)
    {
        int at = 0;
        foreach (char c in with)
            if (at < text.Length && text[at] == c)
                at++;
        Assert.True(at == text.Length, $"{text}\n=>\n{with}");
    }

    private static string RandomText(Random random, string newLine)
    {
        string Gap() => random.Next(6) switch { 0 => newLine + "  ", 1 => " ", 2 => $" // c, }}{newLine}\t", 3 => "/* , { */", _ => "" };
        string Members(int count, Func<int, string> member) => string.Concat(Enumerable.Range(0, count).Select(i => Gap() + member(i) + Gap() + (i < count - 1 || random.Next(3) == 0 ? "," : ""))) + Gap();
        string servers = $"\"servers\": {{{Members(random.Next(4), i => $"\"s{i}\": {{\"command\": \"//,\"}}")}}}";
        int which = random.Next(4);
        return $"{Gap()}{{{Members(3, i => i == which ? servers : $"\"k{i}\": [1, \"}}\"]")}}}{Gap()}";
    }
}
