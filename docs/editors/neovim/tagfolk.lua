-- Neovim 0.11 or later: put this file into ~/.config/nvim/lua/ and say require("tagfolk") in init.lua.
vim.filetype.add({ extension = { tags = "tagfolk" } })

vim.lsp.config("tagfolk", {
  cmd = { "tagfolk", "lsp" },
  filetypes = { "tagfolk" },
  root_markers = { "tagfolk.toml" },
  -- the server runs in the folder of tagfolk.toml
  cmd_cwd = vim.fs.root(0, "tagfolk.toml"),
})
vim.lsp.enable("tagfolk")

vim.api.nvim_create_autocmd("FileType", {
  pattern = "tagfolk",
  callback = function()
    vim.bo.commentstring = "# %s"
    vim.bo.shiftwidth = 4
    vim.bo.expandtab = true
  end,
})
