//! What the doctor finds about a portal: secret, network, access, limits.

macro_rules! portal {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        SecretKept "portal.secret" "kept" Ok { "Секрет подключения найден." "The secret of the connection is there." }
        SecretNone "portal.secret" "none" Failed {
            "В хранилище секретов нет секрета портала {host}."
            "The secret store has no secret of the portal {host}."
        } {
            "Подключите портал заново на странице «Порталы»."
            "Connect the portal again on the page “Portals”."
        }
        SecretLocked "portal.secret" "locked" Failed {
            "Хранилище секретов заблокировано: секрет портала {host} не прочитать."
            "The secret store is locked: the secret of the portal {host} cannot be read."
        } {
            "Разблокируйте хранилище секретов (связку ключей) и повторите проверку."
            "Unlock the secret store (keyring) and check again."
        }
        SecretNoStore "portal.secret" "no-store" Failed {
            "На этом компьютере нет хранилища секретов, секрет портала {host} не прочитать."
            "This computer has no secret store, the secret of the portal {host} cannot be read."
        } {
            "Установите gnome-keyring или KWallet. Без хранилища секрет придётся вводить после каждого запуска."
            "Install gnome-keyring or KWallet. Without a store the secret has to be typed after every start."
        }
        SecretInvalid "portal.secret" "invalid" Failed {
            "Секрет портала {host} испорчен: {failure}"
            "The secret of the portal {host} is spoiled: {failure}"
        } {
            "Подключите портал заново на странице «Порталы»."
            "Connect the portal again on the page “Portals”."
        }
        PortalReached "portal.reachable" "answers" Ok { "Портал {host} отвечает." "The portal {host} answers." }
        PortalName "portal.reachable" "name" Failed {
            "Имя {host} не найдено в DNS."
            "The name {host} was not found in DNS."
        } {
            "Проверьте адрес портала и сеть; портал внутренней сети виден только из неё или через VPN."
            "Check the address of the portal and the network; a portal of the company's network is known only inside it or through VPN."
        }
        PortalUnreachable "portal.reachable" "unreachable" Failed {
            "Портал {host} не принимает соединение."
            "The portal {host} does not accept a connection."
        } {
            "Проверьте сеть, межсетевой экран и прокси; для своего портала: запущен ли веб-сервер и верен ли порт."
            "Check the network, the firewall and the proxy; for a portal of your own: whether the web server runs and the port is right."
        }
        PortalTimeout "portal.reachable" "timeout" Failed {
            "Портал {host} не ответил за {seconds} с."
            "The portal {host} did not answer within {seconds} s."
        } {
            "Проверьте сеть и VPN; портал может быть перегружен."
            "Check the network and VPN; the portal may be overloaded."
        }
        PortalTrouble "portal.reachable" "status" Failed {
            "Портал {host} отвечает ошибкой {status}."
            "The portal {host} answers with the error {status}."
        } {
            "Повторите позже; если не проходит, передайте администратору портала: ошибка на стороне сервера."
            "Try later; if it stays, tell the administrator of the portal: the error is at the server."
        }
        PortalPage "portal.reachable" "page" Failed {
            "Вместо ответа REST пришла веб-страница («{title}»): между этим компьютером и {host} стоит прокси или вход в сеть, либо это не портал."
            "A web page (“{title}”) came in the place of an answer of REST: a proxy or the sign-in of a network stands between this computer and {host}, or it is no portal."
        } {
            "Откройте портал в браузере. Если там вход в сеть, войдите; если прокси, разрешите адреса {host}/rest/."
            "Open the portal in a browser. If it shows the sign-in of the network, sign in; if it is a proxy, let it pass addresses of {host}/rest/."
        }
        PortalElsewhere "portal.reachable" "elsewhere" Failed {
            "Портал {host} перенаправляет на чужой адрес: {address}. Секрет туда не отправлен."
            "The portal {host} redirects to an address of somebody else: {address}. The secret was not sent there."
        } {
            "Если портал переехал, подключите его по новому адресу; если это вход в сеть или на портал компании, войдите в браузере."
            "If the portal has moved, connect it by its new address; if this is a sign-in of the network or the company, sign in with a browser."
        }
        PortalLoop "portal.reachable" "loop" Failed {
            "Портал {host} перенаправляет по кругу."
            "The portal {host} redirects in a circle."
        } { "Передайте это администратору портала." "Tell the administrator of the portal." }
        PortalAddress "portal.address" "good" Ok { "Адрес портала: {address}." "Address of the portal: {address}." }
        PortalRenamed "portal.address" "renamed" Warning {
            "Портал переименован, новый адрес: {address}."
            "The portal was renamed, its new address is {address}."
        } {
            "Подключите портал по новому адресу: старый когда-нибудь перестанет отвечать."
            "Connect the portal by its new address: the old one will cease to answer some day."
        }
        PortalPlain "portal.address" "plain" Warning {
            "Адрес {address} без шифрования: секрет и данные видны в сети."
            "The address {address} is not encrypted: secret and data can be seen in the network."
        } {
            "Подключите портал по https; если он только во внутренней сети, это отмечено в его настройках."
            "Connect the portal over https; if it is inside the company's network only, its settings are marked so."
        }
        ClockRight "portal.clock" "right" Ok {
            "Часы этого компьютера и портала сходятся (разница {seconds} с)."
            "The clocks of this computer and of the portal agree (difference {seconds} s)."
        }
        ClockWrong "portal.clock" "wrong" Warning {
            "Часы этого компьютера и портала расходятся на {seconds} с."
            "The clocks of this computer and of the portal differ by {seconds} s."
        } {
            "Включите установку времени по сети. Из-за разницы отказывают сертификаты, токены и каналы событий."
            "Set the time of this computer from the network. Certificates, tokens and channels of events fail by such a difference."
        }
        ClockUnseen "portal.clock" "unseen" NotChecked { "Портал не назвал своего времени." "The portal did not tell its time." }
        AccessGood "portal.access" "accepted" Ok {
            "Подключение действует от имени: {user}."
            "The connection acts for {user}."
        }
        AccessRefused "portal.access" "refused" Failed {
            "Портал не принимает секрет подключения: вебхук удалён или изменён, либо у него истёк срок."
            "The portal does not take the secret of the connection: the webhook was deleted or changed, or its term is over."
        } {
            "Создайте новый вебхук (Разработчикам → Другое → Входящий вебхук) и подключите портал заново."
            "Make a new webhook (Developer resources → Other → Inbound webhook) and connect the portal again."
        }
        AccessSignedOut "portal.access" "signed-out" Failed {
            "Вход на портал закончился, продлить его нельзя."
            "The sign-in at the portal has ended and cannot be renewed."
        } { "Войдите на портал заново на странице «Порталы»." "Sign in at the portal again on the page “Portals”." }
        AccessApplication "portal.access" "application" Failed {
            "Портал не знает приложения или не принимает его секрета ({detail})."
            "The portal does not know the application, or not with this secret ({detail})."
        } {
            "Проверьте на портале, что локальное приложение установлено, и введите его код и ключ заново."
            "Check on the portal that the local application is installed, and enter its id and secret again."
        }
        AccessEdition "portal.access" "edition" Failed {
            "REST на этом портале недоступен: он есть только на коммерческих тарифах и по подписке."
            "REST is not available on this portal: it belongs to commercial plans and to the subscription."
        } {
            "Перейдите на коммерческий тариф Битрикс24 или включите подписку «Маркет»."
            "Change to a commercial plan of Bitrix24 or take the subscription “Market”."
        }
        AccessUnpaid "portal.access" "unpaid" Failed {
            "Пробный или оплаченный период приложения на портале закончился."
            "The trial or paid term of the application on the portal is over."
        } { "Продлите тариф или подписку портала." "Extend the plan or the subscription of the portal." }
        AccessForbidden "portal.access" "forbidden" Failed {
            "Портал не пускает этого пользователя к REST ({detail})."
            "The portal does not let this user call REST ({detail})."
        } {
            "Попросите администратора портала: доступ к приложению, права сотрудника интранета или подтверждение метода."
            "Ask the administrator of the portal: access to the application, the rights of an intranet user or the confirmation of the method."
        }
        AccessDeleted "portal.access" "deleted" Failed {
            "Портал {host} удалён."
            "The portal {host} was deleted."
        } { "Удалите его из списка на странице «Порталы»." "Remove it from the list on the page “Portals”." }
        AccessHttps "portal.access" "https-required" Failed {
            "Портал принимает вебхуки только по https."
            "The portal takes webhooks over https only."
        } { "Подключите портал по адресу с https." "Connect the portal by an address with https." }
        AccessAuthority "portal.access" "authority" Failed {
            "Портал не может связаться с сервером авторизации Битрикс24."
            "The portal cannot reach the authorization server of Bitrix24."
        } {
            "Администратору портала: откройте серверу исходящий доступ к oauth.bitrix24.tech и oauth.bitrix.info."
            "For the administrator of the portal: let the server out to oauth.bitrix24.tech and oauth.bitrix.info."
        }
        AccessFailed "portal.access" "failed" Failed {
            "Портал не выполнил проверочный запрос ({detail})."
            "The portal did not carry out the trial call ({detail})."
        } { "Повторите позже; покажите код администратору портала." "Try later; show the code to the administrator of the portal." }
        AccessUnseen "portal.access" "unseen" NotChecked { "До входа на портал дело не дошло." "The sign-in at the portal was not reached." }
        LimitsFree "portal.limits" "free" Ok { "Ограничения портала не мешают." "The limits of the portal are not in the way." }
        LimitsNear "portal.limits" "near" Warning {
            "Метод {method} занял уже {seconds} с из 480 с работы, разрешённых за десять минут."
            "The method {method} has used {seconds} s of the 480 s of work that are allowed in ten minutes."
        } {
            "Кто-то много читает через это подключение: найдите другую программу с тем же вебхуком или приложением."
            "Somebody reads a lot over this connection: find another program with the same webhook or application."
        }
        LimitsRequests "portal.limits" "requests" Warning {
            "Портал отклоняет запросы: их слишком много (QUERY_LIMIT_EXCEEDED)."
            "The portal refuses calls: there are too many (QUERY_LIMIT_EXCEEDED)."
        } {
            "Предел общий для всех программ этой сети: уменьшите частоту обменов с порталом или перейдите на тариф «Энтерпрайз»."
            "All programs of this network share the limit: let other exchanges with the portal call less often, or take the plan Enterprise."
        }
        LimitsOperating "portal.limits" "operating" Warning {
            "Портал заблокировал метод: исчерпано время его работы (OPERATION_TIME_LIMIT)."
            "The portal has blocked a method: its working time is used up (OPERATION_TIME_LIMIT)."
        } {
            "Блокировка снимется сама в течение десяти минут. Найдите программу, которая много читает через это подключение."
            "The block ends by itself within ten minutes. Find the program that reads a lot over this connection."
        }
        LimitsBlocked "portal.limits" "blocked" Failed {
            "Портал заблокирован его службой эксплуатации (OVERLOAD_LIMIT)."
            "The portal was blocked by its operators (OVERLOAD_LIMIT)."
        } { "Обратитесь в поддержку Битрикс24." "Ask the support of Bitrix24." }
        LimitsUnseen "portal.limits" "unseen" NotChecked { "Ограничения не видны: запросов не было." "The limits were not seen: no call was made." }
    } } };
}
