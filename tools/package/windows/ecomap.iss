; Inno Setup 6: a setup for one user, without an administrator, out of the one-folder build.
;   iscc /DVersion=0.1.0 /DFolder=..\..\..\dist\ecomap /O..\..\..\dist tools\package\windows\ecomap.iss
; Signed afterwards by build.ps1, where the environment says how.
#ifndef Version
  #error Say which version: /DVersion=
#endif
#ifndef Folder
  #define Folder "..\..\..\dist\ecomap"
#endif

[Setup]
AppId={{6E3B7B0C-53B6-4F0E-9B43-2C1D7B2B9E51}
AppName=EcoMap
AppVersion={#Version}
AppVerName=EcoMap {#Version}
AppPublisher=EcoMap
DefaultDirName={autopf}\EcoMap
DefaultGroupName=EcoMap
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline dialog
DisableProgramGroupPage=yes
DisableDirPage=auto
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputBaseFilename=EcoMap-{#Version}-setup
SetupIconFile={#Folder}\..\ecomap.ico
UninstallDisplayIcon={app}\ecomap-window.exe
UninstallDisplayName=EcoMap
Compression=lzma2/max
SolidCompression=yes
LZMANumBlockThreads=2
ChangesAssociations=yes
WizardStyle=modern
CloseApplications=yes
ShowLanguageDialog=auto

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[CustomMessages]
en.OpenGpkg=Offer EcoMap where a project (.gpkg) is opened
es.OpenGpkg=Ofrecer EcoMap al abrir un proyecto (.gpkg)
en.Project=EcoMap project
es.Project=Proyecto de EcoMap

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "opengpkg"; Description: "{cm:OpenGpkg}"

[InstallDelete]
; what an older version had and this one has not
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{group}\EcoMap"; Filename: "{app}\ecomap-window.exe"; AppUserModelID: "EcoMap.EcoMap"
Name: "{autodesktop}\EcoMap"; Filename: "{app}\ecomap-window.exe"; Tasks: desktopicon

[Registry]
; Windows looks at the last part of a name only. EcoMap is offered for .gpkg and takes nothing from a program that has it already.
Root: HKA; Subkey: "Software\Classes\EcoMap.Project"; ValueType: string; ValueData: "{cm:Project}"; Flags: uninsdeletekey; Tasks: opengpkg
Root: HKA; Subkey: "Software\Classes\EcoMap.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\ecomap-window.exe,0"; Tasks: opengpkg
Root: HKA; Subkey: "Software\Classes\EcoMap.Project\shell\open\command"; ValueType: string; ValueData: """{app}\ecomap-window.exe"" ""%1"""; Tasks: opengpkg
Root: HKA; Subkey: "Software\Classes\.gpkg\OpenWithProgids"; ValueType: string; ValueName: "EcoMap.Project"; ValueData: ""; Flags: uninsdeletevalue; Tasks: opengpkg
Root: HKA; Subkey: "Software\Classes\Applications\ecomap-window.exe\SupportedTypes"; ValueType: string; ValueName: ".gpkg"; ValueData: ""; Flags: uninsdeletekey; Tasks: opengpkg

[Run]
Filename: "{app}\ecomap-window.exe"; Description: "{cm:LaunchProgram,EcoMap}"; Flags: nowait postinstall skipifsilent
