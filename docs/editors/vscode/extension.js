// Starts `tagfolk lsp` for the first folder that holds a tagfolk.toml, and stops it with the window.
const path = require("path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function activate(context) {
  const [config] = await vscode.workspace.findFiles("**/tagfolk.toml", "**/node_modules/**", 1);
  if (!config) {
    return;
  }
  const folder = path.dirname(config.fsPath);
  const [command, ...args] = vscode.workspace.getConfiguration("tagfolk").get("command");
  client = new LanguageClient(
    "tagfolk",
    "tagfolk",
    { command, args, options: { cwd: folder } },
    {
      documentSelector: [{ scheme: "file", language: "tagfolk" }],
      synchronize: {
        fileEvents: vscode.workspace.createFileSystemWatcher("**/{tagfolk.toml,*.tags,CURRENT}"),
      },
    }
  );
  context.subscriptions.push(client);
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `tagfolk: the language server did not start (${error.message}). Install it with: pip install 'tagfolk[lsp]'`
    );
  }
}

function deactivate() {
  return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
