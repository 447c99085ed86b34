// Drives the dashboard of a published server in headless Chromium: every page light, dark and on a phone, checked by axe and for words
// that do harm; what arrives by itself; the keyboard; signing in, answering, accepting. Ends with 1 when anything is not as it should be.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { call, tellStory } from './story.mjs';

const { values: options } = parseArgs({ options: { server: { type: 'string' }, screenshots: { type: 'string' }, chromium: { type: 'string' } } });
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const chromium = options.chromium ?? process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!options.server || !chromium) {
  console.error('Usage: dashboard.mjs --server PATH [--chromium PATH] [--screenshots FOLDER]');
  process.exit(2);
}

const patience = 15000;
const root = mkdtempSync(join(tmpdir(), 'ac-dashboard-'));
const faults = [];
let passed = 0;
let server;
let log = '';
let browser;

function check(what, holds, more = '') {
  if (holds) passed++;
  else faults.push(`${what}${more ? `: ${more}` : ''}`);
}

function start() {
  return new Promise((resolve, reject) => {
    server = spawn(options.server, ['serve', '--http', '--url', 'http://127.0.0.1:0', '--root', root, '--toolsets', 'all'], { stdio: ['ignore', 'pipe', 'pipe'] });
    server.stderr.on('data', (piece) => { log = (log + piece).slice(-8000); });
    let said = '';
    server.stdout.on('data', (piece) => {
      said += piece;
      const url = /http:\/\/127[^\s"]*\/mcp/.exec(said);
      if (url) resolve(url[0]);
    });
    server.on('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
}

/** A page in which nothing may be hurt, and in which every fault is heard. */
async function open(context, { dark = false, phone = false, script = true } = {}) {
  const page = await context.newPage();
  page.heard = [];
  page.on('dialog', async (dialog) => { page.heard.push(`a dialog: ${dialog.message()}`); await dialog.dismiss(); });
  page.on('pageerror', (error) => page.heard.push(`an error: ${error.message}`));
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && !/status of 40[134]/.test(message.text()) && page.heard.push(`the console: ${message.text()}`));
  page.on('request', (request) => !request.url().startsWith(base) && !request.url().startsWith('data:') && page.heard.push(`a request elsewhere: ${request.url()}`));
  await page.exposeFunction('hurt', (n) => { page.heard.push(`hurt(${n})`); });
  await page.setViewport(phone ? { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true } : { width: 1280, height: 850 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.setJavaScriptEnabled(script);
  page.setDefaultTimeout(patience);
  return page;
}

async function inspect(page, path, mode) {
  const where = `${path} (${mode})`;
  const response = await page.goto(base + path, { waitUntil: 'load' });
  check(`${where} is shown`, response.status() === 200, `status ${response.status()}`);
  await page.evaluate(axeSource);
  // In the dark only colours are others.
  const rules = mode === 'dark' ? ['color-contrast'] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await page.evaluate((runOnly) => axe.run(document, { runOnly }), rules);
  for (const violation of violations)
    check(`${where} keeps ${violation.id}`, false, `${violation.help}; ${violation.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
  if (violations.length === 0) passed++;
  const over = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth > most
      ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > most + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 120)) : [];
  });
  check(`${where} needs no scrolling sideways`, over.length === 0, over.join(' | '));
  const foreign = await page.evaluate(() => [...document.querySelectorAll('script, iframe, object, embed, base, style, img, [onclick], [onerror], [onload], [style]')].filter((one) => !one.matches('script[src^="/assets/"]')).map((one) => one.outerHTML.slice(0, 100)));
  check(`${where} has only elements of ours`, foreign.length === 0, foreign.join(' | '));
  check(`${where} hurts nobody`, page.heard.length === 0, page.heard.splice(0).join(' | '));
  if (options.screenshots) {
    mkdirSync(options.screenshots, { recursive: true });
    await page.screenshot({ path: join(options.screenshots, `${where.replace(/[^a-z0-9]+/gi, '-').slice(0, 90)}.png`), fullPage: mode.includes('phone') }).catch((error) => console.log(`No picture of ${where}: ${error.message}`));
  }
}

const until = (page, what, test, ...args) => page.waitForFunction(test, {}, ...args).then(() => check(what, true), () => check(what, false, 'in vain'));

async function looksAtEveryPage(story) {
  const pages = [
    '/', '/agents?all=1', '/agents/ken', '/conversations', '/conversations/ken/planner', '/threads', `/messages/${story.hostileMessage}`, '/tasks', `/tasks/${story.task}`, '/claims', '/handovers',
    `/handovers/${story.handover}?version=2&compare=1`, `/handovers/${story.hostileHandover}?version=2&compare=1`, '/charts', '/charts/metric?name=build_time&by=minute', '/events', '/search?q=parser', '/search?q=script', '/database?check=1', '/sign-in',
  ];
  const context = await browser.createBrowserContext();
  await Promise.all([['light', {}], ['dark', { dark: true }], ['phone', { phone: true }]].map(async ([mode, how]) => {
    const page = await open(context, how);
    for (const path of pages) await inspect(page, path, mode);
  }));
  const withoutScript = await open(context, { script: false });
  for (const path of pages) check(`${path} is shown without a script`, (await withoutScript.goto(base + path)).status() === 200);
  await context.close();
}

async function arrivesByItself(mcp) {
  const context = await browser.createBrowserContext();
  const page = await open(context);
  await page.goto(`${base}/`);
  await until(page, 'the stream connects', () => document.getElementById('live-state').textContent === 'live');
  await call(mcp, 'log_message', { from: 'ada', to: 'grace', content: 'It works. <img src=x onerror=hurt(70)>' });
  await until(page, 'a message arrives', () => document.querySelector('#feed .entry .words')?.textContent === 'It works. <img src=x onerror=hurt(70)>');
  await until(page, 'it is announced', () => document.getElementById('announce').textContent.includes('ada to grace'));
  await call(mcp, 'update_agent_status', { agent: 'linus', name: 'linus', status: 'busy', currentTask: 'Runs all tests' });
  await until(page, 'the tree follows', () => document.getElementById('board').textContent.includes('Runs all tests'));
  await page.click('#live-pause');
  check('one can pause', (await page.$eval('#live-state', (state) => state.textContent)) === 'paused');
  await page.goto(`${base}/conversations/ada/grace`);
  await until(page, 'a page without a feed connects', () => document.getElementById('live-state').textContent === 'live');
  await call(mcp, 'log_message', { from: 'grace', to: 'ada', content: 'Seen, thank you.' });
  await until(page, 'a conversation goes on', () => document.getElementById('conversation').textContent.includes('Seen, thank you.'));
  check('what arrives hurts nobody', page.heard.length === 0, page.heard.join(' | '));
  await context.close();
}

async function worksByKeyboard() {
  const context = await browser.createBrowserContext();
  const page = await open(context);
  await page.goto(`${base}/tasks`);
  await page.keyboard.press('Tab');
  check('first one can skip to the content', (await page.evaluate(() => document.activeElement.textContent)) === 'Skip to content');
  await page.keyboard.press('Enter');
  check('skipping leads to the content', (await page.evaluate(() => document.activeElement.id)) === 'main');
  const unseen = [];
  await page.goto(`${base}/`);
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none');
    if (!seen) unseen.push(await page.evaluate(() => document.activeElement.outerHTML.slice(0, 100)));
  }
  check('one sees where one is', unseen.length === 0, unseen.join(' | '));
  await page.goto(`${base}/`);
  await page.type('#q', 'tokenizer');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  check('one searches by keyboard', page.url().endsWith('/search?q=tokenizer') && (await page.$$('mark')).length > 0);
  await context.close();
}

async function signsInAndWrites(mcp, story) {
  const token = execFileSync(options.server, ['token', 'create', '--agent', 'boss', '--scope', 'agent', '--root', root, '--json'], { encoding: 'utf8' });
  const secret = /agc_[A-Za-z0-9_-]+/.exec(token)[0];
  const context = await browser.createBrowserContext();
  const page = await open(context);
  for (let i = 0; i < 50 && (await page.goto(`${base}/`)).status() !== 401; i++) await new Promise((resolve) => setTimeout(resolve, 100));
  check('a stranger sees the form to sign in only', (await page.$('#token')) !== null && !(await page.content()).includes('planner'));
  await page.type('#token', 'agc_wrong');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  check('a wrong token is refused', (await page.$eval('[role=alert]', (alert) => alert.textContent)) === 'There is no such token.');
  await page.type('#token', secret);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  check('the token signs in', page.url() === `${base}/` && (await page.$eval('.who', (who) => who.textContent)).includes('boss'));
  check('no script reads the cookie', (await page.evaluate(() => document.cookie)) === '');

  await page.goto(`${base}/messages/${story.message}`);
  await inspect(page, `/messages/${story.message}`, 'signed in');
  await page.type('#content', 'Well done.\nGo on. <b>');
  await Promise.all([page.waitForNavigation(), page.click('form.write button')]);
  check('the answer is shown', (await page.$$eval('.words', (all) => all.map((one) => one.textContent))).includes('Well done.\nGo on. <b>'));

  const sections = { Goal: 'Ship version 2 of the parser, tokenizer first.', 'Current state': 'The tokenizer is rewritten and all tests pass.', 'Next steps': '- Review it\n- Measure it' };
  const made = await call(mcp, 'create_handover', { title: 'Ready', sections, publish: true }, secret);
  await inspect(page, `/handovers/${made.id}`, 'to decide');
  await inspect(page, `/handovers/${made.id}`, 'to decide phone');
  await page.type('#corrections', 'The measurements are done already.');
  await Promise.all([page.waitForNavigation(), page.click('form[action$="/accept"] button')]);
  check('the hand-over is accepted', (await page.$eval('dl.facts', (facts) => facts.textContent)).includes('accepted') && (await page.content()).includes('The measurements are done already.'));
  await Promise.all([page.waitForNavigation(), page.click('.who button')]);
  check('one signs out', (await page.$('#token')) !== null);
  check('writing hurts nobody', page.heard.length === 0, page.heard.join(' | '));
  await context.close();
}

let base;
try {
  const mcp = await start();
  base = new URL(mcp).origin;
  const story = await tellStory(mcp, { hostile: true });
  browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  await looksAtEveryPage(story);
  await arrivesByItself(mcp);
  await worksByKeyboard();
  await signsInAndWrites(mcp, story);
} catch (error) {
  faults.push(error.stack);
} finally {
  await browser?.close();
  server?.removeAllListeners('exit');
  server?.kill();
  rmSync(root, { recursive: true, force: true });
}
if (faults.length > 0) console.log(`The end of the server's log:\n${log}`);
for (const fault of faults) console.log(`NOT SO: ${fault}`);
console.log(`${passed} checks held, ${faults.length} did not.`);
process.exit(faults.length === 0 ? 0 : 1);
