//! What the doctor finds about this desk: settings, secret store, instance, programs of 1C.

macro_rules! desk {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        SettingsRead "settings.readable" "read" Ok {
            "Настройки читаются: порталов {portals}, баз {bases}."
            "The settings can be read: {portals} portals, {bases} bases."
        }
        SettingsNone "settings.readable" "none" Ok { "Настроек ещё нет." "There are no settings yet." }
        SettingsBroken "settings.readable" "broken" Failed {
            "Настройки не читаются: {detail}."
            "The settings cannot be read: {detail}."
        } {
            "Исправьте файл {path} или удалите его: программа начнёт с пустых настроек."
            "Correct the file {path} or delete it: the program then begins with empty settings."
        }
        SettingsNewer "settings.readable" "newer" Failed {
            "Настройки записаны более новой версией программы ({version})."
            "The settings were written by a newer version of the program ({version})."
        } { "Обновите Hotstart." "Update Hotstart." }
        KeyringOpen "keyring.open" "open" Ok { "Хранилище секретов отвечает." "The secret store answers." }
        KeyringFailed "keyring.open" "failed" Failed { "{failure}" "{failure}" } {
            "Без хранилища вебхук придётся вводить после каждого запуска."
            "Without a secret store the webhook has to be typed after every start."
        }
        KeyringUnneeded "keyring.open" "unneeded" Warning {
            "Хранилище секретов не отвечает, но секретов пока и нет: порталы не подключены."
            "The secret store does not answer, and there is no secret yet: no portal is connected."
        } {
            "Перед подключением портала установите gnome-keyring или KWallet и разблокируйте хранилище."
            "Before you connect a portal install gnome-keyring or KWallet and unlock the store."
        }
        InstanceRunning "instance.running" "running" Ok { "Hotstart запущен." "Hotstart is running." }
        InstanceStopped "instance.running" "stopped" Warning { "Hotstart не запущен." "Hotstart is not running." } {
            "Запустите Hotstart: без него ссылки открываются медленнее, а события не приходят."
            "Start Hotstart: without it links open slower and events do not arrive."
        }
        InstanceUnknown "instance.running" "unknown" NotChecked {
            "Не удалось узнать, запущен ли Hotstart: {detail}."
            "It could not be found out whether Hotstart is running: {detail}."
        }
        PlatformsFound "platforms.installed" "found" Ok {
            "Установлены платформы 1С: {versions}."
            "Installed 1C platforms: {versions}."
        }
        PlatformsNone "platforms.installed" "none" Warning {
            "Платформа 1С на этом компьютере не найдена."
            "No 1C platform was found on this computer."
        } {
            "Веб-клиент в окнах работает и без неё; для открытия в обычном клиенте установите тонкий клиент 1С."
            "The web client works in windows without it; to open bases in the native client install the thin client of 1C."
        }
    } } };
}
