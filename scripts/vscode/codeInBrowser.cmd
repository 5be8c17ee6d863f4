@"%~dp0..\..\node_modules\node\bin\node.exe" --disable-warning=ExperimentalWarning "%~dp0codeInBrowser.ts" %*
