; FitCheck's installer. For the person who runs it, without administrator's rights; /S installs silently, /D=FOLDER
; elsewhere. windows.py gives VERSION, VERSION_NUMBERS, PAYLOAD, ICON, SIDE, OUT, LICENCE and SIZE_KB.

Unicode true
!include MUI2.nsh
!include FileFunc.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\FitCheck"
!define CLASSES "Software\Classes"
!define MODEL_CLASS "FitCheck.Model"

Name "FitCheck"
BrandingText "FitCheck ${VERSION}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\FitCheck"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
SetDateSave off
ManifestDPIAware true
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "FitCheck"
VIAddVersionKey /LANG=0 "FileDescription" "FitCheck Setup"
VIAddVersionKey /LANG=0 "CompanyName" "FitCheck contributors"
VIAddVersionKey /LANG=0 "LegalCopyright" "MIT licence"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\fitcheck-gui.exe"
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "${KEY}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString RUNS ${LANG_ENGLISH} "FitCheck is running. Close it and try again."
LangString RUNS ${LANG_SIMPCHINESE} "FitCheck 正在运行。请先关闭它，然后重试。"
LangString MODEL_FILE ${LANG_ENGLISH} "GGUF model file"
LangString MODEL_FILE ${LANG_SIMPCHINESE} "GGUF 模型文件"
LangString HINT ${LANG_ENGLISH} "See whether DeepSeek-R1 fits this computer before you download it"
LangString HINT ${LANG_SIMPCHINESE} "下载之前先看 DeepSeek-R1 能否在这台电脑上运行"
LangString OTHER_FILES ${LANG_ENGLISH} "This folder holds other files. Choose an empty one."
LangString OTHER_FILES ${LANG_SIMPCHINESE} "此文件夹中有其他文件，请选择一个空文件夹。"

; A program that runs cannot be opened for writing.
!macro WaitUntilClosed
  ${Do}
    ${IfNot} ${FileExists} "$INSTDIR\fitcheck-gui.exe"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $0 "$INSTDIR\fitcheck-gui.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNS)" /SD IDCANCEL IDRETRY +3
      SetErrorLevel 2
      Quit
  ${Loop}
!macroend

Function .onInit
  !insertmacro MUI_LANGDLL_DISPLAY
FunctionEnd

Function un.onInit
  !insertmacro MUI_UNGETLANGUAGE
FunctionEnd

Section
  !insertmacro WaitUntilClosed
  ; Over an older version: that one's files go first, so that none of them stays.
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'
    Delete "$INSTDIR\uninstall.exe"
  ${ElseIf} ${FileExists} "$INSTDIR\*.*"
    ; The folder is removed as a whole one day, so it must be FitCheck's alone.
    FindFirst $0 $1 "$INSTDIR\*"
    ${DoWhile} $1 != ""
      ${If} $1 != "."
      ${AndIf} $1 != ".."
        FindClose $0
        MessageBox MB_OK|MB_ICONSTOP "$(OTHER_FILES)" /SD IDOK
        SetErrorLevel 2
        Quit
      ${EndIf}
      FindNext $0 $1
    ${Loop}
    FindClose $0
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\FitCheck.lnk" "$INSTDIR\fitcheck-gui.exe" "" "" "" "" "" "$(HINT)"

  ; Offered for model files, without taking them from a program that opens them already.
  WriteRegStr HKCU "${CLASSES}\${MODEL_CLASS}" "" "$(MODEL_FILE)"
  WriteRegStr HKCU "${CLASSES}\${MODEL_CLASS}\DefaultIcon" "" "$INSTDIR\fitcheck-gui.exe,0"
  WriteRegStr HKCU "${CLASSES}\${MODEL_CLASS}\shell\open\command" "" '"$INSTDIR\fitcheck-gui.exe" "%1"'
  WriteRegNone HKCU "${CLASSES}\.gguf\OpenWithProgids" "${MODEL_CLASS}"
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\fitcheck-gui.exe" "" "$INSTDIR\fitcheck-gui.exe"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "${KEY}" "DisplayName" "FitCheck"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\fitcheck-gui.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "FitCheck contributors"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

Section Uninstall
  !insertmacro WaitUntilClosed
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\fitcheck.exe"
  Delete "$INSTDIR\fitcheck-gui.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\FitCheck.lnk"
  DeleteRegKey HKCU "${CLASSES}\${MODEL_CLASS}"
  DeleteRegValue HKCU "${CLASSES}\.gguf\OpenWithProgids" "${MODEL_CLASS}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.gguf"
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\fitcheck-gui.exe"
  DeleteRegKey HKCU "${KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
