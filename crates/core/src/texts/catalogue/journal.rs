//! The journal and its report.

macro_rules! journal {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        JournalRepaired "journal.repaired" {
            "Уведомления восстановлены с портала: добавлено {added}, отмечено прочитанными {read}"
            "Notifications were repaired from the portal: {added} added, {read} marked as read"
        }
        UiJournalEmptyTitle "ui.journal.empty.title" { "Журнал пока пуст" "The journal is empty" }
        UiJournalEmptyText "ui.journal.empty.text" {
            "Здесь появится каждая операция: что открывали, откуда, сколько это заняло и чем закончилось."
            "Every operation appears here: what was opened, from where, how long it took and how it ended."
        }
        UiJournalNothing "ui.journal.nothing" { "По этому фильтру записей нет." "No record matches this filter." }
        UiJournalFilter "ui.journal.filter" { "Поиск по журналу" "Search the journal" }
        UiJournalStatus "ui.journal.status" { "Итог" "Outcome" }
        UiJournalStatusAll "ui.journal.status.all" { "Любой итог" "Any outcome" }
        UiJournalTime "ui.journal.time" { "Время" "Time" }
        UiJournalOperation "ui.journal.operation" { "Операция" "Operation" }
        UiJournalRoute "ui.journal.route" { "Откуда и куда" "From and to" }
        UiJournalDuration "ui.journal.duration" { "Длительность" "Duration" }
        UiJournalCountOne "ui.journal.count.one" { "{count} запись" "{count} record" }
        UiJournalCountFew "ui.journal.count.few" { "{count} записи" "{count} records" }
        UiJournalCountMany "ui.journal.count.many" { "{count} записей" "{count} records" }
        UiReport "ui.report" { "Отчёт" "Report" }
        UiReportShow "ui.report.show" { "Показать отчёт" "Show the report" }
        UiReportClose "ui.report.close" { "Закрыть отчёт" "Close the report" }
        UiReportPeriod "ui.report.period" { "Период" "Period" }
        UiReportDay "ui.report.period.day" { "Сутки" "24 hours" }
        UiReportWeek "ui.report.period.week" { "Неделя" "Week" }
        UiReportMonth "ui.report.period.month" { "30 дней" "30 days" }
        UiReportAll "ui.report.period.all" { "Всё, что хранится" "All that is kept" }
        UiReportExportCsv "ui.report.export.csv" { "Сохранить CSV" "Save CSV" }
        UiReportExportJson "ui.report.export.json" { "Сохранить JSON" "Save JSON" }
        UiReportTotal "ui.report.total" { "Всего" "Total" }
        UiReportRefused "ui.report.refused" { "Отклонено" "Refused" }
        UiReportFailed "ui.report.failed" { "Ошибки" "Failed" }
        UiReportShare "ui.report.share" { "Успешно" "Success" }
        UiReportMedian "ui.report.p50" { "Обычно" "Median" }
        UiReportSlow "ui.report.p95" { "Не дольше (95 %)" "95 % within" }
        UiReportOperations "ui.report.operations" { "По операциям" "By operation" }
        UiReportObjects "ui.report.objects" { "По видам объектов" "By kind of object" }
        UiReportTargets "ui.report.targets" { "По базам и порталам" "By base and portal" }
        UiReportErrors "ui.report.errors" { "Ошибки и что делать" "Errors and what helps" }
        UiReportNoErrors "ui.report.errors.none" { "За этот период ошибок не было." "There were no errors in this period." }
        UiReportTimes "ui.report.times" { "{count} раз, последний: {last}" "{count} times, last {last}" }
        UiReportQueue "ui.report.queue" { "Очередь в 1С" "Queue to 1C" }
        UiReportWaiting "ui.report.queue.waiting" { "{base}: ждут {waiting}, отложены {dead}" "{base}: {waiting} waiting, {dead} given up" }
        UiReportQueueEmpty "ui.report.queue.empty" { "Очередь пуста." "The queue is empty." }
        UiReportEmpty "ui.report.empty" { "За этот период записей нет." "There are no records in this period." }
        UiOutcomeDone "ui.outcome.done" { "Выполнено" "Done" }
        UiOutcomeRefused "ui.outcome.refused" { "Отклонено" "Refused" }
        UiOutcomeFailed "ui.outcome.failed" { "Ошибка" "Failed" }
        UiOperationLink "ui.operation.link" { "Связь с 1С" "Link to 1C" }
        UiOperationFields "ui.operation.fields" { "Поля портала" "Fields of the portal" }
        UiOperationOpen "ui.operation.open" { "Открытие" "Open" }
        UiOperationCommand "ui.operation.command" { "Команда с портала" "Command from the portal" }
        UiOperationNotify "ui.operation.notify" { "Уведомление" "Notification" }
        UiOperationConnect "ui.operation.connect" { "Соединение" "Connection" }
        UiOperationRepair "ui.operation.repair" { "Восстановление уведомлений" "Repair of notifications" }
        UiOperationAnswer "ui.operation.answer" { "Ответ на портале" "Answer on the portal" }
        UiOperationRelay "ui.operation.relay" { "Передача в 1С" "Relay to 1C" }
        UiOperationRelease "ui.operation.release" { "Завершение сеанса" "Session end" }
        UiOperationSettings "ui.operation.settings" { "Настройки" "Settings" }
        UiOperationExport "ui.operation.export" { "Выгрузка журнала" "Export of the journal" }
        UiOperationDownload "ui.operation.download" { "Загрузка файла" "Download" }
        UiOperationRest "ui.operation.rest" { "Вызов Битрикс24 из 1С" "Call of Bitrix24 by 1C" }
        UiOperationPair "ui.operation.pair" { "Ключ для 1С" "Key for 1C" }
        UiSystemClicked "ui.system.clicked" { "ссылка" "link" }
        UiSystemTray "ui.system.tray" { "значок в трее" "tray" }
        UiSystemDesk "ui.system.desk" { "рабочий стол" "desk" }
        UiSystemSettings "ui.system.settings" { "окно настроек" "settings window" }
        UiDurationMs "ui.duration.ms" { "{value} мс" "{value} ms" }
        UiDurationS "ui.duration.s" { "{value} с" "{value} s" }
    } } };
}
