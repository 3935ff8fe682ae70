# Windows: portable zip, setup (where Inno Setup is installed) and MSIX (where the Windows SDK is), out of dist\ecomap.
#   powershell -File tools\package\windows\build.ps1
# Signs where the environment says how: ECOMAP_PFX (a certificate file) with ECOMAP_PFX_PASSWORD, or ECOMAP_SIGN_THUMBPRINT (in the
# user's store). Nothing is signed, and nothing fails, where neither is set.
$ErrorActionPreference = "Stop"
$root = Resolve-Path "$PSScriptRoot\..\..\.."
$folder = "$root\dist\ecomap"
$version = (Select-String -Path "$root\ecomap\model\version.py" -Pattern 'VERSION = "(.+)"').Matches[0].Groups[1].Value
$signed = [bool]($env:ECOMAP_PFX -or $env:ECOMAP_SIGN_THUMBPRINT)

function Find-Tool($name) {
    $found = Get-Command $name -ErrorAction SilentlyContinue
    if ($found) { return $found.Source }
    Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\$name", "${env:ProgramFiles(x86)}\Inno Setup 6\$name" -ErrorAction SilentlyContinue |
        Sort-Object FullName | Select-Object -Last 1 -ExpandProperty FullName
}

function Invoke-Sign($files) {
    if (-not $signed) { return }
    $tool = Find-Tool "signtool.exe"
    $by = if ($env:ECOMAP_PFX) { @("/f", $env:ECOMAP_PFX, "/p", $env:ECOMAP_PFX_PASSWORD) } else { @("/sha1", $env:ECOMAP_SIGN_THUMBPRINT) }
    & $tool sign /fd sha256 /tr http://timestamp.digicert.com /td sha256 @by @files
    if ($LASTEXITCODE) { throw "signtool ended with $LASTEXITCODE" }
}

& python -m tools.package.icons "$root\dist"
Invoke-Sign @("$folder\ecomap.exe", "$folder\ecomap-window.exe")

# the portable zip: unpack anywhere, also on a stick or a shared folder, and double-click ecomap-window.exe
$zip = "$root\dist\EcoMap-$version-windows-portable.zip"
Remove-Item $zip -ErrorAction SilentlyContinue
Compress-Archive -Path $folder -DestinationPath $zip -CompressionLevel Optimal

$iscc = Find-Tool "iscc.exe"
if ($iscc) {
    & $iscc "/DVersion=$version" "/DFolder=$folder" "/O$root\dist" /Qp "$PSScriptRoot\ecomap.iss"
    if ($LASTEXITCODE) { throw "Inno Setup ended with $LASTEXITCODE" }
    Invoke-Sign @("$root\dist\EcoMap-$version-setup.exe")
} else { Write-Warning "Inno Setup is not installed: no setup was made." }

$makeappx = Find-Tool "makeappx.exe"
if ($makeappx -and $signed -and $env:ECOMAP_PUBLISHER) {
    $stage = "$root\dist\msix"
    Remove-Item $stage -Recurse -ErrorAction SilentlyContinue
    Copy-Item $folder $stage -Recurse
    Copy-Item "$root\dist\ecomap-64.png", "$root\dist\ecomap-256.png" $stage
    (Get-Content "$PSScriptRoot\AppxManifest.xml" -Raw).Replace("@VERSION@", $version).Replace("@PUBLISHER@", $env:ECOMAP_PUBLISHER) |
        Set-Content "$stage\AppxManifest.xml" -Encoding utf8
    & $makeappx pack /o /d $stage /p "$root\dist\EcoMap-$version.msix"
    if ($LASTEXITCODE) { throw "makeappx ended with $LASTEXITCODE" }
    Invoke-Sign @("$root\dist\EcoMap-$version.msix")
    Remove-Item $stage -Recurse
} else { Write-Warning "No MSIX was made: it needs the Windows SDK, a certificate and ECOMAP_PUBLISHER." }
