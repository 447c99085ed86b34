using System.Text;

namespace AgentCraft.Data.Processes;

/// <summary>The places for inputs in a step's instruction: <c>{{name}}</c>.</summary>
internal static class StepText
{
    /// <summary>The inputs that it names.</summary>
    public static List<string> Inputs(string instruction)
    {
        List<string> inputs = [];
        Walk(instruction, input =>
        {
            inputs.Add(input);
            return "";
        });
        return inputs;
    }

    /// <summary>Puts the values in; what looks like a place in a value is left alone.</summary>
    public static string Fill(string instruction, IReadOnlyDictionary<string, string> values) =>
        Walk(instruction, input => values.TryGetValue(input, out string? value) ? value : $"{{{{{input}}}}}");

    private static string Walk(string text, Func<string, string> replace)
    {
        StringBuilder filled = new();
        int at = 0;
        for (int open = Open(text, 0); open >= 0; open = Open(text, at))
        {
            int close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                break;
            filled.Append(text, at, open - at).Append(replace(text[(open + 2)..close].Trim()));
            at = close + 2;
        }
        return filled.Append(text, at, text.Length - at).ToString();
    }

    private static int Open(string text, int from) => text.IndexOf("{{", from, StringComparison.Ordinal);
}
