//! What the doctor finds about the rights of a connection and its channel of events.

macro_rules! channel {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        ScopesAll "portal.scope" "all" Ok { "Прав хватает: {scope}." "The rights suffice: {scope}." }
        ScopeCrm "portal.scope" "crm" Failed {
            "Нет права «CRM» (crm)."
            "The right “CRM” (crm) is missing."
        } {
            "Отметьте его в настройках вебхука или приложения: без него из сделки не найти документ 1С."
            "Tick it in the settings of the webhook or application: without it the 1C document of a deal cannot be found."
        }
        ScopePullChannel "portal.scope" "pull_channel" Warning {
            "Нет права «Push and Pull, канал» (pull_channel)."
            "The right “Push and Pull, channel” (pull_channel) is missing."
        } {
            "Отметьте его в настройках вебхука: без него события приходят не сразу, а опросом."
            "Tick it in the settings of the webhook: without it events do not come at once but are asked for."
        }
        ScopePull "portal.scope" "pull" Warning {
            "Нет права «Push and Pull» (pull)."
            "The right “Push and Pull” (pull) is missing."
        } {
            "Отметьте его в настройках приложения: без него щелчок на карточке CRM не дойдёт до программы по каналу приложения."
            "Tick it in the settings of the application: without it a click on a CRM card does not reach the program over the application's channel."
        }
        ScopeIm "portal.scope" "im" Warning {
            "Нет права «Чат и уведомления» (im)."
            "The right “Chat and notifications” (im) is missing."
        } {
            "Отметьте его в настройках вебхука или приложения: без него не ответить на сообщение, не подтвердить уведомление и не опросить портал."
            "Tick it in the settings of the webhook or application: without it messages cannot be answered, notifications not confirmed, and the portal not asked for news."
        }
        ScopesUnseen "portal.scope" "unseen" NotChecked { "Права подключения не видны." "The rights of the connection were not seen." }
        CrmReadable "portal.crm" "readable" Ok { "Сделки CRM читаются." "Deals of the CRM can be read." }
        CrmDenied "portal.crm" "denied" Warning {
            "Портал не показывает этому пользователю сделки CRM ({detail})."
            "The portal does not show this user deals of the CRM ({detail})."
        } {
            "Попросите администратора портала о правах на CRM: Hotstart видит не больше своего пользователя."
            "Ask the administrator of the portal for rights in the CRM: Hotstart sees no more than its user."
        }
        CrmUnseen "portal.crm" "unseen" NotChecked { "До CRM дело не дошло." "The CRM was not reached." }
        ChannelUser "portal.channel" "user" Ok {
            "События приходят сразу, по каналу пользователя: подключение это позволяет."
            "Events come at once, over the channel of the user: the connection allows it."
        }
        ChannelApplication "portal.channel" "application" Ok {
            "По каналу приложения приходят команды карточек CRM; сообщения и уведомления опрашиваются: приложению портал канала пользователя не даёт."
            "Commands of CRM cards come over the channel of the application; messages and notifications are asked for: portals give applications no channel of the user."
        }
        ChannelPollingScope "portal.channel" "polling-scope" Warning {
            "События приходят с задержкой, опросом: подключению не хватает права на канал."
            "Events come late, by asking: the connection lacks the right to the channel."
        } {
            "Отметьте право pull_channel (вебхук) или pull (приложение)."
            "Tick the right pull_channel (webhook) or pull (application)."
        }
        ChannelPollingMethod "portal.channel" "polling-method" Warning {
            "События приходят с задержкой, опросом: портал не даёт этому подключению канала ({detail})."
            "Events come late, by asking: the portal gives this connection no channel ({detail})."
        } {
            "Подключите портал вебхуком с правом pull_channel или входом в окне программы."
            "Connect the portal by a webhook with the right pull_channel, or by signing in in a window of the program."
        }
        ChannelPollingPush "portal.channel" "polling-push" Warning {
            "События приходят с задержкой, опросом: сервер событий портала не работает."
            "Events come late, by asking: the push server of the portal does not work."
        } { "Смотрите проверки portal.push и ниже." "See the checks portal.push and those after it." }
        ChannelNone "portal.channel" "none" Failed {
            "События не приходят: нет ни канала, ни права опрашивать портал (im)."
            "No events come: there is neither a channel nor the right to ask the portal (im)."
        } {
            "Отметьте права pull_channel и im в настройках вебхука."
            "Tick the rights pull_channel and im in the settings of the webhook."
        }
        ChannelUnseen "portal.channel" "unseen" NotChecked { "Канал не проверен: портал не ответил." "The channel was not checked: the portal did not answer." }
        PushVersion "portal.push" "version" Ok {
            "Сервер событий: {host}, версия {version}."
            "Push server: {host}, version {version}."
        }
        PushDisabled "portal.push" "disabled" Failed {
            "Сервер событий на портале выключен."
            "The push server of the portal is switched off."
        } {
            "Администратору портала: включите «Push and Pull» в настройках модуля."
            "For the administrator of the portal: switch “Push and Pull” on in the settings of the module."
        }
        PushDowngrade "portal.push" "downgrade" Failed {
            "Портал по https назвал для событий адрес без шифрования ({host}); туда Hotstart не пойдёт."
            "The portal, reached over https, named an address without encryption for events ({host}); Hotstart does not go there."
        } {
            "Администратору портала: укажите адреса wss:// и https:// в настройках «Push and Pull»."
            "For the administrator of the portal: set addresses of wss:// and https:// in the settings of “Push and Pull”."
        }
        PushNoAddress "portal.push" "no-address" Failed {
            "Портал не назвал адреса сервера событий."
            "The portal named no address of a push server."
        } {
            "Администратору портала: проверьте адреса в настройках «Push and Pull»."
            "For the administrator of the portal: check the addresses in the settings of “Push and Pull”."
        }
        PushNoChannels "portal.push" "no-channels" Failed {
            "Портал не дал каналов ({detail})."
            "The portal gave no channels ({detail})."
        } { "Повторите позже; если не проходит, обратитесь к администратору портала." "Try later; if it stays, tell the administrator of the portal." }
        PushFailed "portal.push" "failed" Failed {
            "Портал не дал настроек сервера событий ({detail})."
            "The portal did not give the settings of its push server ({detail})."
        } { "Повторите позже; покажите код администратору портала." "Try later; show the code to the administrator of the portal." }
        PushNoWay "portal.push" "no-way" Failed {
            "К серверу событий {host} нет пути: ни WebSocket, ни длинные запросы не проходят."
            "There is no way to the push server {host}: neither WebSocket nor long polling passes."
        } {
            "Откройте адрес {host} в межсетевом экране и прокси."
            "Let {host} pass the firewall and the proxy."
        }
        PushUnseen "portal.push" "unseen" NotChecked { "Сервер событий не проверен." "The push server was not checked." }
        SocketOpens "portal.websocket" "opens" Ok { "WebSocket открывается." "The WebSocket opens." }
        SocketOff "portal.websocket" "off" Warning {
            "WebSocket выключен на портале."
            "WebSocket is switched off on the portal."
        } {
            "События идут длинными запросами. Администратор портала может включить WebSocket в настройках «Push and Pull»."
            "Events travel by long polling. The administrator of the portal may switch WebSocket on in the settings of “Push and Pull”."
        }
        SocketRefused "portal.websocket" "refused" Warning {
            "Сервер событий отклонил WebSocket (HTTP {status})."
            "The push server refused the WebSocket (HTTP {status})."
        } {
            "Если так отвечает прокси, разрешите в нём WebSocket; события пока идут длинными запросами."
            "If it is a proxy that answers so, allow WebSocket there; meanwhile events travel by long polling."
        }
        SocketProxy "portal.websocket" "proxy" Warning {
            "На WebSocket отвечает не сервер событий: прокси или вход в сеть."
            "Not the push server answers to WebSocket but a proxy or the sign-in of a network."
        } {
            "Разрешите WebSocket в прокси; события пока идут длинными запросами."
            "Allow WebSocket in the proxy; meanwhile events travel by long polling."
        }
        SocketUnreachable "portal.websocket" "unreachable" Warning {
            "Адрес WebSocket не отвечает."
            "The address of the WebSocket does not answer."
        } { "Проверьте межсетевой экран." "Check the firewall." }
        SocketTimeout "portal.websocket" "timeout" Warning {
            "WebSocket не открылся за {seconds} с."
            "The WebSocket did not open within {seconds} s."
        } {
            "Так бывает, когда прокси или антивирус придерживает соединение: разрешите в нём WebSocket."
            "It happens when a proxy or an antivirus holds the connection back: allow WebSocket there."
        }
        SocketTls "portal.websocket" "certificate" Warning {
            "Сертификат сервера событий не принят ({detail})."
            "The certificate of the push server was refused ({detail})."
        } { "Передайте это администратору портала." "Tell the administrator of the portal." }
        SocketUnseen "portal.websocket" "unseen" NotChecked { "WebSocket не проверен." "WebSocket was not checked." }
        PollOpens "portal.long-polling" "opens" Ok {
            "Длинные запросы проходят: если WebSocket не пустят, события придут ими."
            "Long polling passes: where no WebSocket is let through, events come by it."
        }
        PollNone "portal.long-polling" "none" Warning {
            "Портал не назвал адреса для длинных запросов."
            "The portal named no address for long polling."
        } { "Пока проходит WebSocket, это не мешает." "While WebSocket passes this is not in the way." }
        PollRefused "portal.long-polling" "refused" Warning {
            "Сервер событий отклонил длинный запрос (HTTP {status})."
            "The push server refused long polling (HTTP {status})."
        } { "Пока проходит WebSocket, это не мешает; проверьте прокси." "While WebSocket passes this is not in the way; check the proxy." }
        PollProxy "portal.long-polling" "proxy" Warning {
            "На длинный запрос отвечает не сервер событий: прокси или вход в сеть."
            "Not the push server answers to long polling but a proxy or the sign-in of a network."
        } { "Пока проходит WebSocket, это не мешает; проверьте прокси." "While WebSocket passes this is not in the way; check the proxy." }
        PollUnreachable "portal.long-polling" "unreachable" Warning {
            "Адрес длинных запросов не отвечает ({detail})."
            "The address of long polling does not answer ({detail})."
        } { "Проверьте межсетевой экран." "Check the firewall." }
        PollUnseen "portal.long-polling" "unseen" NotChecked { "Длинные запросы не проверены." "Long polling was not checked." }
        VendorNone "vendor.running" "none" Ok { "Bitrix24 Desktop не запущен." "Bitrix24 Desktop does not run." }
        VendorRuns "vendor.running" "running" Warning {
            "Рядом работает Bitrix24 Desktop: о сообщениях сообщают обе программы."
            "Bitrix24 Desktop runs beside: both programs tell of messages."
        } {
            "Выключите всплывающие сообщения чата в одной из программ."
            "Switch toasts of messages off in one of the programs."
        }
    } } };
}
