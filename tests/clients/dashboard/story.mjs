// What is in the store that the pages show: agents that worked together for a while, and words made to do harm.
const version = '2026-07-28';
let lastId = 0;

/** Calls a tool and returns its object. */
export async function call(url, tool, args = {}, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json', Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': version, 'Mcp-Method': 'tools/call', 'Mcp-Name': tool,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0', id: ++lastId, method: 'tools/call',
      params: { name: tool, arguments: args, _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} } },
    }),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? text : text.split('\n').filter((line) => line.startsWith('data: ')).pop()?.slice(6);
  const answer = JSON.parse(json);
  if (answer.error || answer.result.isError) throw new Error(`${tool}: ${JSON.stringify(answer.error ?? answer.result.content)}`);
  return answer.result.structuredContent;
}

/** Texts that do something in a page that does not escape them. Each calls hurt(), which the check listens for. */
export const attacks = [
  '<script>hurt(1)</script>', '<img src=x onerror=hurt(2)>', '"><svg onload=hurt(3)>', "'-hurt(4)-'", '<a href="javascript:hurt(5)">x</a>',
  '</title><script>hurt(6)</script>', '</textarea><script>hurt(7)</script>', '--><script>hurt(8)</script>', '<iframe srcdoc="<script>parent.hurt(9)</script>">',
  '" autofocus onfocus="hurt(10)', '<style>*{display:none}</style>', '<base href="//evil.test/">', '<meta http-equiv=refresh content="0;url=//evil.test/">',
  '<form action="//evil.test/"><button>x</button>', '&lt;script&gt;hurt(11)&lt;/script&gt;', '\u202Egpj.exe\u202C zero\u200Bwidth \u2066isolate\u2069 tag\u{E0041}',
  '<math><mi xlink:href="data:x,<script>hurt(12)</script>">', '{{constructor.constructor("hurt(13)")()}}', '<template><script>hurt(14)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=hurt(15)>">', '<svg><animate onbegin=hurt(16) attributeName=x dur=1s>', '`onmouseover=hurt(17)`',
];

const markdownAttacks = `

## Attacks

[click](javascript:hurt(20)) [data](data:text/html,<script>hurt(21)</script>) [odd](JaVaScRiPt:hurt(22)) [entity](java&#115;cript:hurt(23)) [tab](java\tscript:hurt(24))
<script>hurt(25)</script> <img src=x onerror=hurt(26)> ![picture](javascript:hurt(27)) ![tracker](https://evil.test/x.png "t\\" onload=hurt(28)")
<javascript:hurt(29)> <a href="javascript:hurt(30)" onclick=hurt(31)>x</a> [quote](<https://evil.test/" onmouseover="hurt(32)>)
[ref]: javascript:hurt(33) "x"
[ref] <details open ontoggle=hurt(34)> \`<script>hurt(35)</script>\` [file](src/Parser.cs)

<div onclick="hurt(36)">block</div>

| a | <script>hurt(37)</script> |
|---|---|
| <img src=x onerror=hurt(38)> | b |

- [x] done <script>hurt(39)</script>
- [ ] to do
`;

const texts = [
  'The parser takes every file of the corpus now. Two tests are skipped: they need the network.',
  'Please review src/Parser.cs before noon; the change in the tokenizer is the part I am not sure about.',
  'I found why the build is slow: the generator runs twice.\n\n1. once for the sources\n2. once for the tests\n\nOnly the first is needed.',
  'Could you tell me which of the two migrations goes first?', 'Done. All 412 tests pass, 38 s.',
];

/** A small team that works on a parser. */
export async function tellStory(url, { hostile = false, token } = {}) {
  const as = (tool, args) => call(url, tool, args, token);
  await as('start_session', { agent: 'planner', type: 'orchestrator' });
  const team = [['ada', 'implementer', 'planner'], ['grace', 'code-reviewer', 'planner'], ['linus', 'tester', 'ada'], ['barbara', 'doc-checker', 'grace'], ['ken', 'implementer', 'planner']];
  for (const [name, type, parent] of team) {
    await as('register_agent', { name, type, parent, instruction: `You are ${name}. You work on the parser.`, capabilities: ['csharp', 'parsing'] });
    await as('start_session', { agent: name });
  }
  await as('update_agent_status', { agent: 'ada', status: 'busy', currentTask: 'Rewriting the tokenizer so that it reads UTF-8 without copying' });
  await as('update_agent_status', { agent: 'grace', status: 'active', currentTask: 'Reviewing src/Parser.cs' });
  await as('update_agent_status', { agent: 'ken', status: 'paused' });
  const people = ['planner', 'ada', 'grace', 'linus', 'barbara'];
  let last = null;
  for (let i = 0; i < 30; i++) {
    const [from, to] = [people[i % 5], people[(i * 3 + 1) % 5]];
    if (from === to) continue;
    const posted = await as('log_message', {
      from, to, content: texts[i % texts.length], type: i % 3 === 0 ? 'request' : 'notification', importance: i === 7 ? 'urgent' : i % 9 === 4 ? 'high' : 'normal',
      ...(last && i % 4 === 1 ? { responseTo: last } : {}),
    });
    last = posted.messages[0].id;
  }
  const top = await as('create_task', { agent: 'planner', instruction: 'Ship version 2 of the parser', priority: 5 });
  const parts = await as('add_subtasks', {
    agent: 'planner', task: top.task?.id ?? top.id,
    subtasks: [{ instruction: 'Rewrite the tokenizer', assignee: 'ada' }, { instruction: 'Review it', after: [0] }, { instruction: 'Measure it against version 1', after: [0] }, { instruction: 'Write the release notes' }],
  });
  const ids = (parts.tasks ?? parts.subtasks).map((task) => task.id);
  await as('claim_task', { agent: 'ada', task: ids[0] });
  await as('add_subtasks', { agent: 'ada', task: ids[0], subtasks: [{ instruction: 'Tables of character classes' }, { instruction: 'Error positions' }] });
  await as('claim_task', { agent: 'barbara', task: ids[3] });
  await as('update_task', { agent: 'barbara', task: ids[3], status: 'completed', result: 'RELEASE.md is written.' });
  await as('claim_paths', { agent: 'ada', patterns: ['src/Parsing/**'], exclusive: true, reason: 'The tokenizer changes all of it.' });
  await as('claim_paths', { agent: 'barbara', patterns: ['docs/*.md'], exclusive: false, reason: 'Release notes.' });
  for (let i = 0; i < 40; i++)
    await as('record_metric', { agent: people[i % 4], metrics: [{ name: 'tests_passed', value: 380 + i, unit: 'tests' }, { name: 'build_time', value: 38 - Math.sin(i / 4) * 6, unit: 's' }] });
  for (const [agent, tokens, costUsd] of [['planner', 120000, '1.84'], ['ada', 910000, '14.2'], ['grace', 240000, '3.1'], ['linus', 15000, '0.0037']])
    await as('add_agent_usage', { agent, tokens, costUsd });
  await as('log_event', { agent: 'linus', type: 'tests_failed', entityType: 'file', entityId: 'tests/ParserTests.cs', data: { failed: 2, of: 412 } });
  await as('save_document', { agent: 'planner', name: 'architecture', title: 'How the parser is built', category: 'design', format: 'markdown', content: '# Parser\n\nA tokenizer and a tree.' });
  const sections = { Goal: 'Ship version 2 of the parser: the **tokenizer** reads UTF-8 without copying.\n\n- [x] design\n- [ ] measurements\n\nSee [the plan](https://example.test/plan) and `src/Parser.cs`.' };
  const first = await as('create_handover', { agent: 'ada', title: 'Tokenizer half rewritten', sections });
  await as('update_handover', { agent: 'ada', id: first.id, sections: { Goal: sections.Goal + '\n\nThe tables of character classes are done.' } });
  const story = { handover: first.id, task: top.task?.id ?? top.id, message: last };
  if (hostile) await tellHarm(as, story);
  return story;
}

async function tellHarm(as, story) {
  for (const [i, attack] of attacks.entries()) {
    const posted = await as('log_message', { from: 'ken', to: 'planner', content: attack, importance: i % 2 ? 'normal' : 'high', context: { attack } });
    story.hostileMessage = posted.messages[0].id;
    await as('create_task', { agent: 'ken', instruction: attack });
    await as('log_event', { agent: 'ken', type: attack.slice(0, 60), entityType: attack.slice(0, 60), entityId: attack.slice(0, 60), data: { attack } });
  }
  const all = attacks.join(' ');
  await as('update_agent_status', { agent: 'ken', status: 'busy', currentTask: all.slice(0, 900) });
  await as('register_agent', { name: 'mallory', type: 'tester', parent: 'ken', instruction: all, workspacePath: '/tmp/<script>hurt(40)</script>', capabilities: ['<script>hurt(41)</script>'] });
  await as('claim_paths', { agent: 'ken', patterns: ['<script>hurt(42)</script>'], exclusive: false, reason: all.slice(0, 400) });
  await as('record_metric', { agent: 'ken', metrics: [{ name: '<img src=x onerror=hurt(43)>', value: 1, unit: '"><b>' }] });
  await as('save_document', { agent: 'ken', name: 'harm', title: all.slice(0, 150), category: 'design', format: 'markdown', content: all });
  const hostile = await as('create_handover', { agent: 'ken', title: '</title><script>hurt(46)</script>', sections: { Goal: all + markdownAttacks } });
  await as('update_handover', { agent: 'ken', id: hostile.id, sections: { Goal: markdownAttacks } });
  story.hostileHandover = hostile.id;
}
