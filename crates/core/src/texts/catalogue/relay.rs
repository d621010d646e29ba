//! The bridge and the relay: keys of bases, events for 1C, authors of commands.

macro_rules! relay {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        UiBridgeTitle "ui.bridge.title" { "Обмен с 1С на этом компьютере" "Exchange with 1C on this computer" }
        UiBridgeText "ui.bridge.text" {
            "1С обращается к Hotstart по адресу этого компьютера: получает события портала, открывает ссылки, вызывает методы Битрикс24. Снаружи этот адрес недоступен."
            "1C calls Hotstart on this computer: it gets events of the portal, opens links, calls methods of Bitrix24. Nobody outside can reach this address."
        }
        UiBridgeOn "ui.bridge.on" { "Разрешить 1С обращаться к Hotstart" "Let 1C call Hotstart" }
        UiBridgePortFixed "ui.bridge.port.fixed" { "Постоянный порт" "Fixed port" }
        UiBridgePort "ui.bridge.port" { "Порт" "Port" }
        UiBridgeListens "ui.bridge.listens" { "Работает, порт {port}." "At work, port {port}." }
        UiBridgeNobody "ui.bridge.nobody" { "Включится, когда для какой-нибудь базы будет создан ключ (страница «Базы»)." "Starts when a base has a key (page “Bases”)." }
        UiBridgeOff "ui.bridge.off" { "Выключено." "Switched off." }
        UiPairTitle "ui.pair.title" { "Связь с клиентом 1С" "Link with the 1C client" }
        UiPairNone "ui.pair.none" { "ключа нет" "no key" }
        UiPairMade "ui.pair.made" { "ключ создан" "key made" }
        UiPairRunning "ui.pair.running" { "клиент подключён" "client attached" }
        UiPairText "ui.pair.text" {
            "С этим ключом расширение Hotstart в 1С обращается к программе. Он показывается один раз; новый ключ отменяет прежний."
            "With this key the extension of Hotstart in 1C calls the program. It is shown once; a new key makes the old one void."
        }
        UiPairMake "ui.pair.make" { "Создать ключ" "Make a key" }
        UiPairAgain "ui.pair.again" { "Создать новый ключ" "Make a new key" }
        UiPairRevoke "ui.pair.revoke" { "Отменить ключ" "Revoke the key" }
        UiPairKey "ui.pair.key" { "Ключ базы «{base}»" "Key of the base “{base}”" }
        UiPairCopy "ui.pair.copy" { "Скопировать" "Copy" }
        UiPairCopied "ui.pair.copied" { "Скопировано" "Copied" }
        UiPairHide "ui.pair.hide" { "Скрыть" "Hide" }
        UiPairEveryone "ui.pair.everyone" {
            "Каждый подключённый клиент получает все события (иначе клиенты делят их)"
            "Every attached client gets all events (otherwise the clients divide them)"
        }
        UiEventsTitle "ui.events.title" { "События портала" "Events of the portal" }
        UiEventsText "ui.events.text" {
            "Что происходит на портале, передаётся в эту базу; пока она не отвечает, события ждут в очереди."
            "What happens on the portal is relayed to this base; while it does not answer, events wait in a queue."
        }
        UiEventsOff "ui.events.off" { "Не передавать" "Do not relay" }
        UiEventsOffNow "ui.events.now.off" { "не передаются" "not relayed" }
        UiEventsService "ui.events.service" { "Через HTTP-сервис базы" "Through the HTTP service of the base" }
        UiEventsServiceNow "ui.events.now.service" { "через HTTP-сервис базы" "through the HTTP service of the base" }
        UiEventsServiceHint "ui.events.service.hint" {
            "Нужны публикация с сервисом расширения Hotstart и пользователь 1С (см. «HTTP-сервисы базы»)."
            "Needs a publication with the service of the Hotstart extension and a 1C user (see “HTTP services of the base”)."
        }
        UiEventsClient "ui.events.client" { "Клиент 1С спрашивает сам" "A 1C client asks for them itself" }
        UiEventsClientNow "ui.events.now.client" { "клиент 1С спрашивает сам" "a 1C client asks for them itself" }
        UiEventsClientHint "ui.events.client.hint" {
            "Для файловых баз и баз без публикации. Нужен ключ (см. «Связь с клиентом 1С»)."
            "For file bases and bases without a publication. Needs a key (see “Link with the 1C client”)."
        }
        UiEventsUnpublished "ui.events.missing.publication" { "У базы нет адреса публикации." "The base has no address of a publication." }
        UiEventsUserless "ui.events.missing.user" { "Пользователь 1С ещё не указан." "No 1C user is given yet." }
        UiEventsKeyless "ui.events.missing.key" { "Ключ ещё не создан." "No key has been made yet." }
        UiEventsWhich "ui.events.which" { "Какие события" "Which events" }
        UiEventsCommands "ui.events.commands" { "Только команды для этой базы" "Only the commands for this base" }
        UiEventsPatterns "ui.events.patterns" { "Команды и события по образцам" "The commands, and events that fit patterns" }
        UiEventsPatternsHint "ui.events.patterns.hint" {
            "Образец: «модуль/команда», где * заменяет любые буквы. Например, crm/company.* или im/notifyAdd."
            "A pattern is “module/command”, where * stands for any letters. For example, crm/company.* or im/notifyAdd."
        }
        UiEventsPattern "ui.events.pattern" { "Образец события" "Pattern of events" }
        UiEventsPortal "ui.events.portal" { "Портал события" "Portal of the event" }
        UiEventsEveryPortal "ui.events.portal.every" { "Любой портал" "Every portal" }
        UiEventsAnswers "ui.events.answers" { "Куда записать ответ 1С" "Where answers of 1C go" }
        UiEventsAnswersHint "ui.events.answers.hint" {
            "Карточка (deal, company или номер смарт-процесса), имя значения в ответе 1С и поле карточки, куда его записать."
            "The card (deal, company, or the number of a smart process), the name of the value in the answer of 1C, and the field of the card that gets it."
        }
        UiEventsFrom "ui.events.from" { "Имя в ответе" "Name in the answer" }
        UiEventsField "ui.events.field" { "Поле для ответа" "Field for the answer" }
        UiAuthorsTitle "ui.authors.title" { "Кто может давать команды" "Who may give commands" }
        UiAuthorsText "ui.authors.text" {
            "Команды портала (открыть, передать в 1С, уведомить) выполняются, только если их автор есть в этом списке."
            "Commands of the portal (open, relay to 1C, notify) are obeyed only if their author is on this list."
        }
        UiAuthorsHint "ui.authors.hint" {
            "Если уведомление с командой создаёт робот через вебхук, её автором считается владелец вебхука."
            "Where a robot makes the notification with the command through a webhook, its author is the owner of the webhook."
        }
        UiAuthorsNone "ui.authors.none" { "Список пуст: команды этого портала не выполняются." "The list is empty: no command of this portal is obeyed." }
        UiAuthorsKind "ui.authors.kind" { "Автор команд" "Author of commands" }
        UiAuthorsUser "ui.authors.user" { "Пользователь" "User" }
        UiAuthorsUserId "ui.authors.user.id" { "Номер пользователя" "Number of the user" }
        UiAuthorsApplication "ui.authors.application" { "Приложение" "Application" }
        UiAuthorsApplicationId "ui.authors.application.id" { "Код приложения (client_id)" "Application ID (client_id)" }
        UiOfflineTitle "ui.offline.title" { "Офлайн-события для общего ретранслятора" "Offline events for the company relay" }
        UiOfflineText "ui.offline.text" {
            "Изменения каких карточек берёт с портала программа «hotstartctl relay» на сервере компании. Нужно приложение, в которое вошёл администратор портала. Базам они передаются по образцам, например crm/company.*."
            "Changes of which cards the program “hotstartctl relay” on a server of the company takes from the portal. Needs an application to which an administrator of the portal has signed in. Bases get them by patterns, for example crm/company.*."
        }
        UiOfflineProcess "ui.offline.process" { "Смарт-процесс" "Smart process" }
        UiRelayTitle "ui.relay.title" { "События для 1С" "Events for 1C" }
        UiRelayWaiting "ui.relay.waiting" { "{base}: ждут отправки - {count}" "{base}: waiting to be sent - {count}" }
        UiRelayAway "ui.relay.away" { "{base}: база не отвечает, ждут - {count}" "{base}: the base does not answer, waiting - {count}" }
        UiRelayAgain "ui.relay.again" { "Отправить ещё раз" "Send again" }
        UiRelayAll "ui.relay.all" { "Отправить ещё раз все" "Send all again" }
        UiRelayForget "ui.relay.forget" { "Забыть" "Forget" }
    } } };
}
